import { CallError } from '../../calls/call-error.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import { CodedError } from '../../log/coded-error.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import { keptUntil } from '../document/keep-until.ts';
import { describeIdentity, isSameIdentity, parseMarker } from '../document/marker.ts';
import type { ConsumerProtections } from '../observe/protections.ts';
import { commandMayUseUntil } from '../plan/compromised.ts';
import type { EndStep } from '../plan/steps.ts';
import type { Services } from './services.ts';

/** The token or its secret changed after the plan. Nothing was sent; the next run decides again. */
export class ChangedBeforeEndError extends CodedError {
  override readonly name = 'ChangedBeforeEndError';
  override readonly code = 'CHANGED_BEFORE_END';

  constructor({ kind, authorizationId }: { kind: keyof typeof VERBS; authorizationId: string }, what: string) {
    super(`did not ${VERBS[kind]} authorization ${authorizationId}: ${what}; the next run looks again`);
  }
}

const VERBS = {
  'switch-off': 'switch off',
  delete: 'delete',
  reactivate: 'switch on',
  'note-compromised': 'mark',
} as const;

/** What is left of an authorization that may be ended. */
export type StillThere = Exclude<AuthorizationLookup, { readonly kind: 'unseen' }>;

/** The secret that a token is ended for, as the plan saw it, and what must not be ended for it. */
export interface DecidedOn {
  readonly secretId: string;
  readonly description: SecretDescription | undefined;
  readonly protections: ConsumerProtections;
}

/**
 * R12 and T2: the one guard right in front of every write that ends something. An operator may have acted since the plan
 * (docs/protocol.md, F8, F9). Never ended is what `AWSCURRENT` of any consumer holds, by id or by value, nor what this
 * run signs in with, nor what nothing but a secret's text gives us the right to end.
 *
 * @throws {ChangedBeforeEndError | CallError}
 */
export async function lastGuard(services: Services, step: EndStep, decidedOn: DecidedOn): Promise<StillThere> {
  if (!step.compromised) await assertUntouched(services, step, decidedOn.description);
  const askedAt = services.clock.now();
  const found = await services.influxdb.lookUp(step.authorizationId);
  // It may have waited for its turn, or for a slow server, while somebody moved the label.
  const isSlow = services.clock.now() - askedAt > FRESH_MS;
  if (isSlow && !step.compromised) await assertUntouched(services, step, decidedOn.description);
  if (found.kind === 'unseen') throw new CallError('INFLUXDB_REFUSED', 'refused', found.detail);
  if (found.kind !== 'found') {
    if (step.kind === 'switch-off') throw new ChangedBeforeEndError(step, 'it is gone');
    return found;
  }
  assertOurs(step, found.row, decidedOn);
  const { description, status } = found.row;
  if (step.compromised) {
    if (commandMayUseUntil(found.row, { now: services.clock.now(), limits: services.limits }) !== undefined)
      throw new ChangedBeforeEndError(step, 'it was reactivated just now');
    return found;
  }
  if (keptUntil(description, services.clock.now()) !== undefined)
    throw new ChangedBeforeEndError(step, 'it is to be kept now');
  if (step.kind === 'switch-off' && status !== 'active' && step.asked !== true)
    throw new ChangedBeforeEndError(step, 'it was switched off meanwhile');
  if (step.kind === 'delete' && status === 'active')
    throw new ChangedBeforeEndError(step, 'it was switched on meanwhile');
  return found;
}

/** T1 and T2, on the row as it is now. */
function assertOurs(step: EndStep, row: Authorization, { protections }: DecidedOn): void {
  const marker = parseMarker(row.description);
  if (marker === undefined && !step.adopted) throw new ChangedBeforeEndError(step, 'its marker was removed');
  if (marker !== undefined && !step.adopted && !isSameIdentity(marker, step.identity))
    throw new ChangedBeforeEndError(step, `its marker is that of ${describeIdentity(marker)}`);
  const inUse = protections.inUse(row.id, marker?.tokenHash);
  if (inUse !== undefined) throw new ChangedBeforeEndError(step, inUse.why);
}

/** In a run over many consumers the plan is minutes old when it is their turn; of one or two it still holds. */
const FRESH_MS = 1_000;

/** What a person or Secrets Manager changes who makes a token current, or is about to (docs/protocol.md, H20). */
const LOOKED_AT = ['current', 'pending', 'rotationEnabled', 'lastChangedAt'] as const;

/** Secrets Manager takes its steps within a second. */
function isPending({ pending, current }: SecretDescription): boolean {
  return pending !== undefined && pending !== current;
}

/** A label that was moved since the plan may have made this very token current. */
async function assertUntouched(
  { store, clock }: Services,
  step: EndStep,
  seen: SecretDescription | undefined,
): Promise<void> {
  if (seen === undefined) return;
  // What has been off for long is nobody's token, unless Secrets Manager may still make it current.
  const isSure = step.kind === 'delete' || seen.seenAt + FRESH_MS >= clock.now();
  if (isSure && !isPending(seen)) return;
  const now = await store.describe(seen.arn);
  if (now === undefined || LOOKED_AT.some((what) => now[what] !== seen[what]))
    throw new ChangedBeforeEndError(step, 'its secret was changed meanwhile');
}
