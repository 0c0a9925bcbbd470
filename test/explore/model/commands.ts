import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { World } from '../../../simulation/world.ts';
import { contentOf, currentVersionOf, type Holder, settingsOf } from './look.ts';

/** A request to the handler that a person sends: a command, or a check, which has no reason. */
export interface Request {
  readonly action: 'rotate' | 'reactivate' | 'rollback' | 'retire' | 'check';
  readonly reason?: string;
  readonly force?: boolean;
  readonly compromised?: boolean;
  readonly minAge?: string;
  readonly for?: string;
  readonly consumer?: string;
  readonly consumers?: readonly string[];
  readonly authorizationId?: string;
}

/** What an operator asks for, but for whom, and why. */
export const COMMANDS = {
  rotate: { action: 'rotate' },
  'rotate by force': { action: 'rotate', force: true },
  'rotate what leaked': { action: 'rotate', compromised: true },
  'rotate what is 10 days old': { action: 'rotate', minAge: '10d' },
  'reactivate for 6 hours': { action: 'reactivate', for: '6h' },
  rollback: { action: 'rollback' },
  retire: { action: 'retire' },
  check: { action: 'check' },
} as const satisfies Readonly<Record<string, Omit<Request, 'reason'>>>;

export interface Command {
  readonly which: keyof typeof COMMANDS;
  readonly consumer: Holder;
  /** For `retire`: which of the rows with any marker of the deployment. */
  readonly row: number;
}

/**
 * The request of a command. What gives an older token back is a rotation where there is none. Undefined where there is nothing to ask it for: the handler refuses a request about a
 * consumer that is retired or not configured before anything else.
 */
export function requestOf(world: World, { which, consumer, row }: Command): Request | undefined {
  const asked = { ...COMMANDS[which], reason: 'a test' };
  const isServed = settingsOf(world, consumer)?.retired === false;
  switch (asked.action) {
    case 'retire': {
      const ids = deploymentsRows(world);
      return ids.length === 0 ? undefined : { ...asked, authorizationId: ids[row % ids.length] ?? '' };
    }
    case 'check':
      return isServed ? { action: 'check', consumers: [consumer] } : undefined;
    case 'rotate':
      return isServed ? { ...asked, consumers: [consumer] } : undefined;
    default:
      if (!isServed) return undefined;
      return hasOlder(world, consumer) ? { ...asked, consumer } : requestOf(world, { which: 'rotate', consumer, row });
  }
}

function hasOlder(world: World, consumer: string): boolean {
  return (contentOf(currentVersionOf(world, consumer)).rotation?.superseded ?? []).length > 0;
}

function deploymentsRows({ configuration, influxdb }: World): string[] {
  const isOurs = ({ description }: { readonly description: string }) =>
    parseMarker(description)?.deployment === configuration.deployment;
  return influxdb.store
    .storedAuthorizations()
    .filter(isOurs)
    .map(({ id }) => id);
}

/** Whom a request is about. */
export function consumersOf({ consumer, consumers }: Request): readonly string[] {
  return consumers ?? (consumer === undefined ? [] : [consumer]);
}

/** I3: how many other live tokens do not keep a rotation that is asked for from its mint. */
export function mostOthers(request: Request): number {
  if (request.action !== 'rotate') return 0;
  if (request.compromised) return Number.POSITIVE_INFINITY;
  return request.force ? 2 : 1;
}

export function describeCommand({ which, consumer, row }: Command): string {
  return which === 'retire' ? `retire marked row ${row}` : `${which}, ${consumer}`;
}
