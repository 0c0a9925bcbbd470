import fc from 'fast-check';
import { STEPS } from '../../builders/a-serviced-secret.ts';
import { KINDS } from '../faults/faults.ts';
import { type Act, ATTACKS, ROTATION_DEEDS, TOKEN_DEEDS, WAITS } from './acts.ts';
import { CHANGES, HANDOVERS } from './changes.ts';
import { COMMANDS, type Command } from './commands.ts';
import { HOLDERS, NAMES } from './look.ts';
import type { CallOf } from './overlap.ts';
import { BUSY, QUOTAS } from './rates.ts';
import { REFUSALS } from './refusals.ts';
import { ORGS, OWNER_DEEDS } from './servers.ts';
import { type StageName, traitsOf } from './stage.ts';
import { VALUES } from './values.ts';

const consumer = fc.constantFrom(...NAMES);
const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>) =>
  fc.constantFrom(...(Object.keys(record) as K[]));
const is = <K extends Act['kind']>(kind: K) => fc.constant(kind);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

const server = fc.constantFrom('influxdb', 'secretsManager');
const runs = fc.integer({ min: 1, max: 3 });
/** Changes that are taken back break more than others. */
const change = fc.oneof(
  { weight: 1, arbitrary: keysOf(CHANGES) },
  { weight: 1, arbitrary: fc.constantFrom('has another owner', 'has a third owner', 'has its first owner') },
  { weight: 1, arbitrary: fc.constantFrom('is taken out', 'is put in again') },
);
const changes = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('stays' as const, 'gets by hand what the first run stored' as const) },
  { weight: 2, arbitrary: change },
);

/** Mostly the pending version. */
const backs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
);

export const MOST_ACTS = 24;

/** What happens to a deployment that begins there, in this order. */
export function sequencesOn(stage: StageName): fc.Arbitrary<Act[]> {
  return fc.array(actOn(stage), { minLength: 1, maxLength: MOST_ACTS, size: 'max' });
}

function actOn(stage: StageName): fc.Arbitrary<Act> {
  const { served: servedName, isOwn } = traitsOf(stage);
  const isServed = servedName !== undefined;
  /** Mostly whom Secrets Manager is to rotate. */
  const itsOwn = fc.oneof(
    { weight: 3, arbitrary: fc.constant(servedName ?? NAMES[0]) },
    { weight: 1, arbitrary: consumer },
  );
  /** Where the rotator's own token is rotated, the same happens to that; and a run has more calls. */
  const holder = isOwn ? fc.constantFrom(...HOLDERS) : consumer;
  const number = fc.integer({ min: 1, max: isOwn ? 22 : 14 });
  const call: fc.Arbitrary<CallOf> = fc.record({ server, call: number });
  const fault = fc.record({ server, call: number, kind: keysOf(KINDS) });
  const command: fc.Arbitrary<Command> = fc.record({
    which: keysOf(COMMANDS),
    consumer: holder,
    row: fc.integer({ min: 0, max: 7 }),
  });
  const steps = fc.record({ which: fc.constant('four steps' as const), consumer: itsOwn });
  /** Of each two, one is an ordinary run. */
  const asked = perhaps(isServed ? fc.oneof(command, steps) : command);
  const everywhere: fc.WeightedArbitrary<Act>[] = [
    { weight: 8, arbitrary: fc.record({ kind: is('run') }) },
    { weight: 8, arbitrary: fc.record({ kind: is('wait'), time: keysOf(WAITS) }) },
    { weight: 5, arbitrary: fc.record({ kind: is('faulty run'), fault }) },
    { weight: 3, arbitrary: fc.record({ kind: is('rates'), server, rate: fc.oneof(keysOf(BUSY), keysOf(QUOTAS)) }) },
    { weight: 3, arbitrary: fc.record({ kind: is('short run'), seconds: fc.integer({ min: 15, max: 90 }) }) },
    { weight: 6, arbitrary: fc.record({ kind: is('command'), command, fault: perhaps(fault) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: is('overlap'),
        ...{ first: asked, second: asked, stop: call, consumer: holder, change: changes },
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: is('late'),
        ...{ first: asked, second: asked, stop: call, dies: fc.boolean(), lands: call },
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: is('configure'), consumer, change }) },
    { weight: 1, arbitrary: fc.record({ kind: is('canary'), consumer: fc.option(consumer, { nil: undefined }) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: is('token'),
        consumer: holder,
        which: fc.constantFrom('current', 'superseded', 'stray'),
        deed: fc.constantFrom(...TOKEN_DEEDS),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: is('label'), consumer: holder, back: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 4, arbitrary: fc.record({ kind: is('put'), consumer: holder, value: fc.constantFrom(...VALUES) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: is('secret'), consumer, deed: fc.constantFrom('schedule deletion', 'bring back') }),
    },
    { weight: 2, arbitrary: fc.record({ kind: is('attack'), consumer: holder, attack: fc.constantFrom(...ATTACKS) }) },
    { weight: 2, arbitrary: fc.record({ kind: is('owner'), consumer, deed: fc.constantFrom(...OWNER_DEEDS) }) },
    { weight: 1, arbitrary: fc.record({ kind: is('bucket'), deed: fc.constantFrom('delete', 'make anew') }) },
    { weight: 1, arbitrary: fc.record({ kind: is('prune'), consumer: holder }) },
    { weight: 1, arbitrary: fc.record({ kind: is('hash') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: is('other server'),
        runs,
        fault: fc.option(fc.record({ run: runs, fault }), { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: is('stale server'), runs, limit: fc.constantFrom(3, 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: is('refuse'), consumer: holder, time: keysOf(REFUSALS) }) },
    { weight: 1, arbitrary: fc.record({ kind: is('backup') }) },
    { weight: 1, arbitrary: fc.record({ kind: is('restore') }) },
  ];
  const served: fc.WeightedArbitrary<Act>[] = [
    {
      weight: 6,
      arbitrary: fc.record({
        kind: is('rotation'),
        ...{ consumer: itsOwn, deed: fc.constantFrom(...ROTATION_DEEDS), fault: perhaps(fault) },
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: is('step'),
        ...{ consumer: itsOwn, step: fc.constantFrom(...STEPS), all: fc.boolean(), back: backs, fault: perhaps(fault) },
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: is('configure'), consumer, change: keysOf(HANDOVERS) }) },
  ];
  // A token of one org grants nothing in another: with the rotator's own token, that would be another deployment.
  const elsewhere: fc.WeightedArbitrary<Act>[] = [
    { weight: 2, arbitrary: fc.record({ kind: is('org'), to: keysOf(ORGS) }) },
  ];
  return fc.oneof(...everywhere, ...(isServed ? served : []), ...(isOwn ? [] : elsewhere));
}
