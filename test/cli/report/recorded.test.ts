import { afterEach, beforeEach, expect, it } from 'vitest';
import { FORMATS, textOf } from '../../../cli/report/format.ts';
import type { Report } from '../../../cli/report/model.ts';
import { REPORT } from '../../../cli/report/model.ts';
import { reportOf } from '../../../cli/report/of-records.ts';
import { readEvidence } from '../../../cli/report/read-evidence.ts';
import { Eavesdropper } from '../../../simulation/eavesdropper.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

// What real runs put on record, read as an auditor reads it.

const BEGIN = Date.UTC(2026, 0, 1);
const CONSUMERS = ['telegraf', 'grafana'].map((name) =>
  aConsumer({ name, rotateEveryMs: 3 * DAY, maxTokenAgeMs: 5 * DAY, probe: 'daily', proof: true }),
);

let store: EvidenceMemory;
let scene: Scene;
beforeEach(async () => {
  store = new EvidenceMemory();
  scene = await Scene.open({ configuration: aConfiguration(CONSUMERS), startsAt: BEGIN, evidence: store });
});
afterEach(() => scene.close());

async function runFor(hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
}

async function report(): Promise<Report> {
  const { deployment } = scene.world.configuration;
  const to = scene.world.clock.now();
  const { records, source, missing } = await readEvidence(store, { deployment, from: BEGIN, to });
  const sources = { evidence: source, missing: [...missing] };
  const made = reportOf({ deployment, at: to, from: BEGIN, to, records, logged: [], present: undefined, sources });
  expect(REPORT.safeParse(made).error?.issues ?? []).toEqual([]);
  return made;
}

it('two quiet weeks: every rotation verified, every old token announced, deleted and refused', async () => {
  await runFor(14 * 24);
  const { figures, controls, consumers, sources } = await report();
  const value = (name: keyof typeof figures) => figures[name]?.value;
  expect(sources.evidence?.problems).toEqual([]);
  const rotations = value('rotations') ?? 0;
  expect(rotations).toBe(10);
  expect([value('verified'), value('withoutIntent'), value('notRefused')]).toEqual([rotations, 0, 0]);
  const there = consumers.flatMap(({ tokens }) => tokens).filter(({ deletedAt }) => deletedAt === undefined);
  expect(rotations).toBe((value('deleted') ?? 0) + there.length);
  expect([value('reconstructed'), value('failures'), value('unproven'), value('overdue')]).toEqual([0, 0, 0, 0]);
  expect(value('censuses')).toBeGreaterThanOrEqual(13);
  expect(value('longestGapHours')).toBeLessThanOrEqual(25);
  expect(controls.filter(({ result }) => result !== 'supported')).toEqual([]);
  for (const { owner, reach, tokens, proofs, policy } of consumers) {
    expect([owner, reach, policy.maxTokenAgeMs]).not.toContain(undefined);
    expect(proofs.count).toBeGreaterThan(6);
    for (const life of tokens.filter(({ deletedAt }) => deletedAt !== undefined)) {
      const { mintedAt, currentFrom, currentTo, offAt, deletedAt, refusedAt } = life;
      const times = [mintedAt, currentFrom, currentTo, offAt, deletedAt, refusedAt].map((at) => Date.parse(at ?? ''));
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect([life.status, life.refusedWith, life.probes?.length]).toEqual(['gone', 401, 2]);
      expect(Date.parse(life.intendedAt ?? '')).toBeLessThanOrEqual(Date.parse(deletedAt ?? ''));
    }
  }
});

it('what failed is there once, with its beginning and its end', async () => {
  await runFor(30);
  const { configuration } = scene.world;
  const [telegraf, ...others] = configuration.consumers;
  scene.world.configuration = {
    ...configuration,
    consumers: [{ ...(telegraf ?? aConsumer()), owner: 'svc-misspelt' }, ...others],
  };
  const failsFrom = scene.world.clock.now();
  await runFor(40);
  const endsAt = scene.world.clock.now();
  scene.world.configuration = configuration;
  await runFor(30);
  const { failures } = await report();
  expect(failures.map(({ consumer }) => consumer)).toEqual(['telegraf']);
  const [{ from, until } = { from: '', until: '' }] = failures;
  expect(Math.abs(Date.parse(from) - failsFrom)).toBeLessThan(HOUR);
  expect(Math.abs(Date.parse(until ?? '') - endsAt)).toBeLessThan(HOUR);
});

it('no token, nor a part of one, is in the report, in any format', async () => {
  const tokens = new Set<string>();
  for (let day = 0; day < 5; day += 1) {
    await runFor(24);
    tokens.add((await scene.value()).token);
  }
  const made = await report();
  const eavesdropper = new Eavesdropper();
  const texts = await Promise.all(FORMATS.map((format) => textOf(made, format)));
  // A page has long words of its own.
  for (const text of texts.filter((each) => !each.startsWith('<!doctype'))) eavesdropper.hear(text);
  expect(eavesdropper.leaks([])).toEqual([]);
  expect(tokens.size).toBe(2);
  expect([...tokens].filter((token) => texts.some((text) => text.includes(token.slice(0, 40))))).toEqual([]);
});
