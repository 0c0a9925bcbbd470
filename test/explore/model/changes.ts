import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { type Freeze, windowOf } from '../../../lambda/config/when.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { currentRowOf, handMadeRowOf, otherOf } from './look.ts';
import { KEYS } from './values.ts';

type Change = (base: ConsumerSettings, world: World) => Partial<ConsumerSettings> | undefined;

/** What somebody changes in `rotation.json`; `base` is the consumer as it was at first. */
export const CHANGES = {
  'may only read': () => ({ access: { kind: 'buckets', read: ['telemetry'], write: [] } }),
  'may write again': (base) => ({ access: base.access }),
  'has all access': () => ({ access: { kind: 'all-access' } }),
  'is an operator': () => ({ access: { kind: 'operator' } }),
  'has raw permissions': () => ({
    access: { kind: 'permissions', permissions: [{ action: 'read', resource: { type: 'orgs' } }] },
  }),
  'has another owner': () => ({ owner: 'svc-spare' }),
  'has a third owner': () => ({ owner: 'svc-third' }),
  'has its first owner': (base) => ({ owner: base.owner }),
  'rotates every week': () => ({ rotateEveryMs: 7 * DAY }),
  'rotates every month': () => ({ rotateEveryMs: 30 * DAY }),
  'has 2 hours of grace': () => ({ gracePeriodMs: 2 * HOUR }),
  'has a day of grace': () => ({ gracePeriodMs: DAY }),
  'has an hour of hold': () => ({ holdPeriodMs: HOUR }),
  'has a day of hold': () => ({ holdPeriodMs: DAY }),
  'is retired': () => ({ retired: true }),
  'is no longer retired': () => ({ retired: false }),
  'is taken out': () => undefined,
  'is put in again': () => ({}),
  'adopts what was made by hand': ({ name }, world) => ({ adopt: handMadeRowOf(world, name)?.id }),
  "adopts the other's token, by a slip": ({ name }, world) => ({ adopt: currentRowOf(world, otherOf(name))?.id }),
  "adopts the rotator's token, by a slip": (_base, { rotatorId }) => ({ adopt: rotatorId }),
  'adopts by itself': () => ({ adopt: 'auto' }),
  'adopts nothing': () => ({ adopt: undefined }),
  'has its token under another key': () => ({ tokenKey: KEYS[1] }),
  'has its token under its first key': (base) => ({ tokenKey: base.tokenKey }),
  'may be replaced on Sundays': () => ({ window: windowOf({ days: ['sun'] }) }),
  'may be replaced at any time': () => ({ window: undefined }),
  'is exempt for 90 days': (_base, { clock }) => ({ exception: anException(clock.now() + 90 * DAY) }),
  'is exempt no longer': () => ({ exception: undefined }),
  'is frozen for 10 days': (_base, world) => ({ freezes: [aFreeze(world, 10 * DAY, false)] }),
  'is frozen altogether for 4 days': (_base, world) => ({ freezes: [aFreeze(world, 4 * DAY, true)] }),
} as const satisfies Record<string, Change>;

/** Who rotates it: what else that takes, somebody asks of Secrets Manager. */
export const HANDOVERS = {
  'is rotated by Secrets Manager': () => ({ rotation: 'secrets-manager' }),
  'is rotated by the schedule': () => ({ rotation: 'schedule' }),
} as const satisfies Record<string, Change>;

export type ChangeName = keyof typeof CHANGES | keyof typeof HANDOVERS;

export function changeNamed(name: ChangeName): Change {
  return { ...CHANGES, ...HANDOVERS }[name];
}

function aFreeze({ clock }: World, ms: number, everything: boolean): Freeze {
  return { from: clock.now(), to: clock.now() + ms, reason: 'release', everything };
}

function anException(until: number): ConsumerSettings['exception'] {
  return { reason: 'a repair', approvedBy: 'ada', until };
}

/** What only a rotator can give that may do everything itself. */
export const WIDE: ReadonlySet<string> = new Set<keyof typeof CHANGES>([
  'has all access',
  'is an operator',
  'has raw permissions',
]);
