import { afterEach, expect, it } from 'vitest';
import { type CensusEntry, EvidenceRecord } from '../../../lambda/evidence/record.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

// What a census tells of the time since the one before it.

let scene: Scene;
let store: EvidenceMemory;
afterEach(() => scene.close());

async function open(scheduleMs: number, rotateEveryMs = 300 * DAY): Promise<void> {
  store = new EvidenceMemory();
  const consumers = [aConsumer({ probe: 'daily', rotateEveryMs, maxTokenAgeMs: 2 * rotateEveryMs })];
  scene = await Scene.open({ configuration: { ...aConfiguration(consumers), scheduleMs }, evidence: store });
}

function censuses(): CensusEntry[] {
  const records = store.texts
    .flatMap((text) => text.trimEnd().split('\n'))
    .map((line) => EvidenceRecord.parse(JSON.parse(line)));
  return records.flatMap((record) => (record.kind === 'census' ? record.entries : []));
}

it.each([
  ['an hourly schedule that begins late', HOUR, 65 * MINUTE],
  ['a schedule of three days', 72 * HOUR, 72 * HOUR],
])('each try of a token is counted once, on %s', async (_name, scheduleMs, everyMs) => {
  await open(scheduleMs);
  const tried: number[] = [];
  for (let passed = 0; passed < 15 * DAY; passed += everyMs) {
    await scene.run('run', {
      log: (code) =>
        void ((code === 'TOKEN_ALIVE' || code === 'TOKEN_VERIFIED') && tried.push(scene.world.clock.now())),
    });
    scene.world.clock.advance(everyMs);
  }
  const proofs = censuses().map(({ proofs }) => proofs);
  const last = proofs.at(-1)?.last ?? '';
  for (const { first = '', last: until = '' } of proofs) expect(first <= until).toBe(true);
  expect(proofs.reduce((sum, { count }) => sum + count, 0)).toBe(tried.filter((at) => at <= Date.parse(last)).length);
});

it('a failure is told with its code, when it began and when it was over', async () => {
  await open(HOUR);
  const { configuration } = scene.world;
  const wrong = configuration.consumers.map((each) => ({ ...each, owner: 'nobody' }));
  const times: string[] = [];
  for (let hour = 0; hour < 3 * 24; hour += 1) {
    if (hour === 20) scene.world.configuration = { ...configuration, consumers: wrong };
    if (hour === 50) scene.world.configuration = configuration;
    times.push(new Date(scene.world.clock.now()).toISOString());
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
  const failures = censuses().flatMap(({ failures = [] }) => failures);
  expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['NAME_UNRESOLVED']));
  expect([failures.at(0)?.from, failures.at(-1)?.until]).toEqual([times[20], times[50]]);
  // Those that last until the end of a census have no end yet, and go on in the next one.
  expect(failures.slice(0, -1).filter(({ until }) => until !== undefined)).toEqual([]);
});
