import fc from 'fast-check';
import { KINDS } from '../faults/faults.ts';
import { type Act, ATTACKS, TOKEN_DEEDS, WAITS } from './acts.ts';
import { CHANGES } from './changes.ts';
import { COMMANDS, type Command } from './commands.ts';
import { NAMES } from './look.ts';
import type { CallOf } from './overlap.ts';
import { REFUSALS } from './refusals.ts';
import { ORGS, OWNER_DEEDS } from './servers.ts';
import { VALUES } from './values.ts';

const consumer = fc.constantFrom(...NAMES);
const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>) =>
  fc.constantFrom(...(Object.keys(record) as K[]));
const is = <K extends Act['kind']>(kind: K) => fc.constant(kind);

const server = fc.constantFrom('influxdb', 'secretsManager');
const call: fc.Arbitrary<CallOf> = fc.record({ server, call: fc.integer({ min: 1, max: 14 }) });
const fault = fc.record({ server, call: fc.integer({ min: 1, max: 14 }), kind: keysOf(KINDS) });
const command: fc.Arbitrary<Command> = fc.record({
  which: keysOf(COMMANDS),
  consumer,
  row: fc.integer({ min: 0, max: 7 }),
});
/** Of each two, one is an ordinary run. */
const asked = fc.option(command, { nil: undefined, freq: 1 });
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

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: is('run') }) },
  { weight: 8, arbitrary: fc.record({ kind: is('wait'), time: keysOf(WAITS) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: is('faulty run'),
      fault,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: is('command'), command, fault: fc.option(fault, { nil: undefined, freq: 1 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: is('overlap'),
      ...{ first: asked, second: asked, stop: call, consumer, change: changes },
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
      consumer,
      which: fc.constantFrom('current', 'superseded', 'stray'),
      deed: fc.constantFrom(...TOKEN_DEEDS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: is('label'), consumer, back: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: is('put'), consumer, value: fc.constantFrom(...VALUES) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: is('secret'), consumer, deed: fc.constantFrom('schedule deletion', 'bring back') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: is('attack'), consumer, attack: fc.constantFrom(...ATTACKS) }) },
  { weight: 2, arbitrary: fc.record({ kind: is('owner'), consumer, deed: fc.constantFrom(...OWNER_DEEDS) }) },
  { weight: 1, arbitrary: fc.record({ kind: is('bucket'), deed: fc.constantFrom('delete', 'make anew') }) },
  { weight: 1, arbitrary: fc.record({ kind: is('prune'), consumer }) },
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
  { weight: 1, arbitrary: fc.record({ kind: is('refuse'), consumer, time: keysOf(REFUSALS) }) },
  { weight: 2, arbitrary: fc.record({ kind: is('org'), to: keysOf(ORGS) }) },
  { weight: 1, arbitrary: fc.record({ kind: is('backup') }) },
  { weight: 1, arbitrary: fc.record({ kind: is('restore') }) },
);

export const MOST_ACTS = 24;

/** What happens to a deployment, in this order. */
export const sequences: fc.Arbitrary<Act[]> = fc.array(act, { minLength: 1, maxLength: MOST_ACTS, size: 'max' });
