import { expect, it } from 'vitest';
import { readEvidence } from '../../../cli/report/read-evidence.ts';
import type { EvidenceStore } from '../../../lambda/evidence/store.ts';
import { DAY } from '../../builders/a-configuration.ts';
import { anEvidence, type Evidence } from '../../builders/an-evidence.ts';
import { BEGIN } from './a-report.ts';

const EVIDENCE = anEvidence({ consumers: 2, days: 40, from: BEGIN });
const PERIOD = { deployment: 'prod', from: BEGIN, to: BEGIN + 40 * DAY };

function storeOf(files: Evidence['files']): EvidenceStore {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return {
    place: 'memory',
    list: async () => [...texts.keys()].sort(),
    read: async (name) => texts.get(name),
    add: async () => false,
  };
}

/** One file, changed. */
function changed(index: number, change: (text: string) => string): Evidence['files'] {
  return EVIDENCE.files.map((file, at) => (at === index ? { ...file, text: change(file.text) } : file));
}

it('a chain that is right has its head, and every record of the period', async () => {
  const { records, source } = await readEvidence(storeOf(EVIDENCE.files), PERIOD);
  expect(records.map(({ record }) => record)).toEqual(EVIDENCE.records);
  expect(source).toMatchObject({
    ...{ files: EVIDENCE.files.length, records: EVIDENCE.records.length, isVerified: true, problems: [] },
    head: { number: EVIDENCE.records.length, hash: EVIDENCE.hashes.at(-1) },
  });
});

it('of the daily lists before the period only the last one is kept', async () => {
  const from = BEGIN + 20 * DAY;
  const { records, source } = await readEvidence(storeOf(EVIDENCE.files), { ...PERIOD, from });
  const before = records.filter(({ record }) => record.kind === 'census' && Date.parse(record.at) < from);
  expect(before.map(({ record }) => record.at)).toEqual(['2025-11-20T06:02:00.000Z']);
  expect(source.records).toBe(EVIDENCE.records.filter(({ at }) => Date.parse(at) >= from).length);
});

it.each<[string, Evidence['files'], string]>([
  ['a changed byte', changed(3, (text) => text.replace('works', 'worms')), 'was changed'],
  ['a removed file', EVIDENCE.files.filter((_, index) => index !== 5), 'removed'],
  ['a line that is no record', changed(4, () => '{}\n'), 'was changed'],
  ['a file without a record', changed(4, () => ''), 'is gone'],
])('a chain with %s is broken', async (_, files, problem) => {
  const { source } = await readEvidence(storeOf(files), PERIOD);
  expect(source.isVerified).toBe(false);
  expect(source.problems[0]).toContain(problem);
});

it('records that the bucket did not keep are missing, and no fault', async () => {
  const { source, missing } = await readEvidence(storeOf(EVIDENCE.files.slice(9)), PERIOD);
  expect(source).toMatchObject({ isVerified: true, problems: [] });
  expect(missing).toEqual([expect.stringMatching(/^the evidence begins with record \d+ of 2025-11-/)]);
});

it('what was before the first record is missing, and what only a list of all consumers tells', async () => {
  const told = async (files: Evidence['files'], from: number) =>
    (await readEvidence(storeOf(files), { ...PERIOD, from })).missing;
  expect(await told(EVIDENCE.files, BEGIN)).toEqual([]);
  expect(await told(EVIDENCE.files, BEGIN - 30 * DAY)).toEqual([
    expect.stringMatching(/^the evidence begins at 2025-11-01T.*, after the period did/),
  ]);
  expect(await told(EVIDENCE.files.slice(0, 1), BEGIN)).toEqual([
    expect.stringMatching(/^there is no list of all consumers yet/),
  ]);
});
