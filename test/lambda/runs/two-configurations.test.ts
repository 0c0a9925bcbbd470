import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

// Two stacks of one deployment's name, with the same consumer and secret, undo each other's rotations.

const telegraf = aConsumer();
const OTHERS = {
  'other permissions': { access: { kind: 'buckets', read: ['telemetry'], write: [] } },
  'another owner': { owner: 'svc-spare' },
} as const satisfies Readonly<Record<string, Partial<ConsumerSettings>>>;

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  expect(scene.world.leaks()).toEqual([]);
  await scene.close();
});

async function open(): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, aConsumer({ name: 'spare' })]) });
  await turnOf({});
}

/** One run of the stack whose consumer is like this. */
async function turnOf(change: Partial<ConsumerSettings>): Promise<ConsumerReport> {
  const { world } = scene;
  world.configuration = { ...world.configuration, consumers: [{ ...telegraf, ...change }] };
  scene.auditor.accept();
  const turn = await scene.turn();
  scene.auditor.inspect();
  return turn;
}

/** Runs of these stacks in turn, each an hour, for so many days. */
async function inTurn(days: number, ...stacks: Partial<ConsumerSettings>[]): Promise<ConsumerReport[]> {
  const turns: ConsumerReport[] = [];
  for (let half = 0; half < days * 48; half += 1) {
    scene.world.clock.advance(HOUR / 2);
    turns.push(await turnOf(stacks[half % stacks.length] ?? {}));
  }
  return turns;
}

const rotations = (turns: readonly ConsumerReport[]) =>
  turns.flatMap(({ actions }) => actions).filter(({ kind, outcome }) => kind === 'rotate' && outcome === 'done').length;
const isAlarm = ({ obstacle }: ConsumerReport) => obstacle?.code === 'CONFIGURATIONS_DISAGREE';

describe.each(Object.entries(OTHERS))('two configurations that differ in %s', (_what, other) => {
  it('are told within four days, while rotations and access go on as before', async () => {
    await open();
    const turns = await inTurn(10, other, {});
    expect(rotations(turns)).toBeGreaterThan(5);
    const first = turns.findIndex(isAlarm);
    expect(rotations(turns.slice(0, first))).toBe(2);
    expect(turns[first]).toMatchObject({
      state: 'blocked',
      obstacle: { secret: telegraf.secret, deployment: 'prod' },
      reason: expect.stringMatching(
        /^two configurations undo each other's rotations of secret \S+: the same change of permissions or owner is due again that was made and undone not long ago; is there a second stack of deployment prod\?/,
      ),
    });
    // Each that is due from then on says so, whether it waits or is made.
    const later = turns.slice(first).filter(({ why }) => why.code !== 'NEXT_ROTATION');
    expect(later.every((turn) => isAlarm(turn) && turn.state === 'blocked')).toBe(true);
    expect(later.some(({ obstacle }) => obstacle?.until !== undefined)).toBe(true);
    expect(await scene.works()).toBe(true);
    await tidied();
  });

  it('alarm nobody any more once one of them is gone', async () => {
    await open();
    expect((await inTurn(6, other, {})).some(isAlarm)).toBe(true);
    await inTurn(2, {});
    expect((await inTurn(2, {})).every(({ state }) => state === 'idle')).toBe(true);
  });

  it('are one change and its revert, if it happens once', async () => {
    await open();
    for (const stack of [other, {}]) expect((await inTurn(2, stack)).some(isAlarm)).toBe(false);
    await inTurn(8, {});
    expect((await inTurn(2, other)).some(isAlarm)).toBe(false);
  });
});

it('two configurations are told with a long grace period, too, in which each waits for days', async () => {
  await open();
  const slow = { gracePeriodMs: 5 * DAY };
  const turns = await inTurn(13, { ...slow, ...OTHERS['another owner'] }, slow);
  expect(rotations(turns)).toBe(3);
  expect(turns.some(isAlarm)).toBe(true);
});

it('two different changes that are undone one after the other alarm nobody', async () => {
  await open();
  const one = OTHERS['other permissions'];
  const two = OTHERS['another owner'];
  for (const stack of [one, {}, two, {}]) expect((await inTurn(1.5, stack)).some(isAlarm)).toBe(false);
});

describe('a list in the document that somebody forged', () => {
  const forge = async (changes: unknown) => {
    const { rotation } = await scene.value();
    await scene.edit({ rotation: { ...rotation, changes } });
    scene.auditor.accept();
  };

  it('is no longer than ten entries of the last seven days in the next version, and stops no rotation', async () => {
    const at = (ago: number) => new Date(scene.world.clock.now() - ago).toISOString();
    await open();
    const many = Array.from({ length: 50 }, (_, n) => ({ at: at(n), from: `a${n}`, to: `b${n}` }));
    await forge([...many, { at: at(8 * DAY), from: 'old', to: 'b' }, { at: at(-DAY), from: 'ahead', to: 'b' }]);
    expect(rotations(await inTurn(2, OTHERS['other permissions']))).toBe(1);
    const { changes } = (await scene.value()).rotation as unknown as { changes: { from: string }[] };
    expect(changes).toHaveLength(10);
    expect(changes.filter(({ from }) => from === 'old' || from === 'ahead')).toEqual([]);
    expect(await scene.works()).toBe(true);
  });

  it('that is none is told like any other damage to the document', async () => {
    await open();
    await forge('often');
    const turns = await inTurn(1, {});
    expect(turns.at(-1)).toMatchObject({ state: 'failed', why: { code: 'SECRET_MALFORMED' } });
  });
});

/** The rotations leave nothing but what waits for its end. */
async function tidied(): Promise<void> {
  await inTurn(5, {});
  expect(scene.rows).toHaveLength(1);
}
