import { describe, expect, it } from 'vitest';
import { REPORT } from '../../../cli/report/model.ts';
import { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { anEvidence, chained } from '../../builders/an-evidence.ts';
import { BEGIN, reportOn, YEAR } from './a-report.ts';

const EVIDENCE = anEvidence({ consumers: 50, from: BEGIN });
const REPORT_OF_YEAR = reportOn(EVIDENCE);
const value = (name: keyof typeof REPORT_OF_YEAR.figures) => REPORT_OF_YEAR.figures[name]?.value;
const consumer = (name: string) => REPORT_OF_YEAR.consumers.find((each) => each.consumer === name);

it('the evidence of the tests is what the format says', () => {
  expect(EVIDENCE.records.filter((record) => !EvidenceRecord.safeParse(record).success)).toEqual([]);
});

it('a report is what its schema says', () => {
  expect(REPORT.safeParse(REPORT_OF_YEAR).error?.issues ?? []).toEqual([]);
});

it('without a list of all consumers, nothing is said of them as a whole, instead of none', () => {
  const listless = { ...EVIDENCE, records: EVIDENCE.records.filter(({ kind }) => kind !== 'census') };
  const { figures, controls } = reportOn(listless);
  const ofAll = ['consumers', 'overdue', 'exceptions', 'exceptionsOver', 'unmanaged', 'shared'] as const;
  expect(ofAll.filter((name) => figures[name] !== undefined)).toEqual([]);
  expect(figures.rotations?.value).toBeGreaterThan(0);
  const judged = controls.filter(({ figures: own }) => ofAll.some((name) => own.includes(name)));
  expect(judged.filter(({ result }) => result === 'supported')).toEqual([]);
});

describe('the population', () => {
  it('has every consumer, the worst first', () => {
    expect(REPORT_OF_YEAR.consumers).toHaveLength(50);
    expect(REPORT_OF_YEAR.consumers.slice(0, 4).map(({ consumer, health }) => [consumer, health])).toEqual([
      ['app-049', 'no-access'],
      ['app-048', 'failed'],
      ['app-013', 'overdue'],
      ['app-007', 'exempt'],
    ]);
  });

  it('has owner, reach, limits, age, and when it is rotated next', () => {
    expect(consumer('app-000')).toMatchObject({
      owner: 'svc-app-000',
      reach: ['read telemetry', 'write telemetry'],
      policy: { rotateEveryMs: 30 * DAY, maxTokenAgeMs: 35 * DAY, gracePeriodMs: DAY },
      mintedAt: '2026-10-27T12:05:00.000Z',
      ageMs: 4 * DAY + 12 * HOUR - 5 * 60_000,
      lastRotationAt: '2026-10-27T12:05:03.000Z',
      nextRotationAt: '2026-11-26T12:05:00.000Z',
      rotations: 13,
      proofs: { count: 365, first: '2025-11-01T01:00:00.000Z', last: '2026-10-31T01:00:00.000Z' },
    });
  });

  it('has exceptions with reason, approver and end, and says whether they hold', () => {
    expect(consumer('app-007')?.exception).toMatchObject({ approvedBy: 'K. Sommer', inForce: true });
    expect(consumer('app-013')).toMatchObject({ isOverdue: true, exception: { inForce: false } });
    expect([value('exceptions'), value('exceptionsOver'), value('overdue')]).toEqual([2, 1, 1]);
  });

  it('says what is wrong with a consumer that is out of policy, and not what comes next', () => {
    expect(consumer('app-013')).toMatchObject({
      health: 'overdue',
      code: 'TOKEN_OVERDUE',
      reason: expect.stringMatching(/^its current token, authorization \w+, is older than "maxTokenAge"/),
    });
  });

  it('keeps a consumer that left the configuration in the period, and says so', () => {
    const census = EVIDENCE.records.filter((record) => record.kind === 'census');
    const writes = census.slice(0, 3).map((record, index) => {
      const { version: _, deployment: __, number: ___, previous: ____, runId: _____, at, ...unlinked } = record;
      const entries = index === 2 ? unlinked.entries.slice(1) : unlinked.entries;
      return { at: Date.parse(at), records: [{ ...unlinked, entries }] };
    });
    const { consumers, figures } = reportOn(chained('prod', writes));
    expect(consumers.find((each) => each.consumer === 'app-000')).toMatchObject({
      ...{ health: 'retired', code: 'NOT_CONFIGURED' },
      reason: 'it is not in the configuration any more; it was last seen 2025-11-02T06:02:00.000Z',
    });
    expect([figures.consumers?.value, figures.retired?.value]).toEqual([49, 1]);
  });
});

describe("a token's life", () => {
  it('has each of its times, and the proof that it is dead', () => {
    const [, life] = consumer('app-000')?.tokens ?? [];
    expect(life).toMatchObject({
      status: 'gone',
      mintedAt: '2025-12-01T00:05:00.000Z',
      currentFrom: '2025-12-01T00:05:03.000Z',
      currentTo: '2025-12-31T01:05:03.000Z',
      offAt: '2026-01-01T01:35:00.000Z',
      intendedAt: '2026-01-01T01:35:00.000Z',
      deletedAt: '2026-01-02T02:35:00.000Z',
      refusedAt: '2026-01-02T02:35:02.000Z',
      refusedWith: 401,
      isReconstructed: false,
      probes: [{ answer: '200' }, { answer: '204' }],
    });
    expect(life?.records.map((number) => EVIDENCE.records[number - 1]?.kind)).toEqual([
      'consumer',
      'consumer',
      'intent',
      'consumer',
    ]);
  });

  it('says where a time is only the latest possible one, and where there is no proof', () => {
    const life = consumer('app-005')?.tokens.find(({ isReconstructed }) => isReconstructed);
    expect(life).toMatchObject({
      atLatest: ['deletedAt'],
      notRefused: 'the run that deleted it ended before it could ask',
    });
    expect(life?.refusedAt).toBeUndefined();
  });
});

describe('the figures', () => {
  it('each have records behind them: a zero those between which nothing was found', () => {
    const { figures, records } = reportOn(anEvidence({ consumers: 3, isTroubled: false, from: BEGIN }));
    expect(Object.entries(figures).filter(([, each]) => each.records.length === 0)).toEqual([]);
    const ends = [records[0]?.number, records.at(-1)?.number];
    expect(figures.withoutIntent).toMatchObject({ value: 0, records: ends });
    expect(figures.failures).toMatchObject({ value: 0, records: ends });
    expect(figures.records?.records).toEqual(ends);
  });

  it('count what was made up', () => {
    const deeds = EVIDENCE.records.flatMap((record) => (record.kind === 'consumer' ? record.deeds : []));
    const count = (what: string) => deeds.filter((deed) => deed.what === what).length;
    expect(value('rotations')).toBe(count('promoted'));
    expect(value('deleted')).toBe(count('deleted'));
    expect(value('refused')).toBe(count('refused'));
    expect(value('notRefused')).toBe(count('not-refused'));
    expect(value('withoutIntent')).toBe(0);
    expect([value('unmanaged'), value('shared'), value('compromised'), value('commands')]).toEqual([2, 1, 1, 1]);
    expect([value('censuses'), value('longestGapHours')]).toEqual([365, 24]);
  });

  it('refer to records, each with its file and hash', () => {
    for (const { number, hash, file } of REPORT_OF_YEAR.records) {
      expect(hash).toBe(EVIDENCE.hashes[number - 1]);
      expect(EVIDENCE.files.find(({ name }) => name === file)?.text).toContain(`"number":${number},`);
    }
    const numbers = new Set(REPORT_OF_YEAR.records.map(({ number }) => number));
    const referred = Object.values(REPORT_OF_YEAR.figures).flatMap((each) => each?.records ?? []);
    expect(referred.filter((number) => !numbers.has(number))).toEqual([]);
    expect(referred.length).toBeGreaterThan(1000);
  });

  it('count a deletion that was not announced', () => {
    const intents = EVIDENCE.records.filter((record) => record.kind === 'intent').slice(0, 3);
    const ids = new Set(intents.map((record) => record.number));
    const material = anEvidence({ consumers: 50, from: BEGIN });
    const records = material.records.filter(({ number }) => !ids.has(number));
    const hashes = material.hashes.filter((_, index) => !ids.has(index + 1));
    expect(reportOn({ ...material, records, hashes }).figures.withoutIntent?.value).toBe(3);
  });

  it('are of the period alone', () => {
    const from = BEGIN + 100 * DAY;
    const to = from + 30 * DAY;
    const { figures, done, failures, commands, consumers } = reportOn(EVIDENCE, { from, to });
    expect(figures.rotations?.value).toBeLessThan(60);
    expect(done.filter(({ at = '' }) => Date.parse(at) < from || Date.parse(at) >= to)).toEqual([]);
    expect([failures, commands]).toEqual([[], []]);
    const ended = consumers.flatMap(({ tokens }) => tokens).flatMap(({ deletedAt }) => deletedAt ?? []);
    expect(ended.filter((at) => Date.parse(at) < from)).toEqual([]);
  });
});

describe('failures', () => {
  it('that several days show are one, from the first run that failed until the first that did not', () => {
    const failure = REPORT_OF_YEAR.failures.find((each) => each.consumer === 'app-003');
    expect(failure).toMatchObject({
      code: 'INFLUXDB_UNREACHABLE',
      from: '2026-01-30T06:05:00.000Z',
      until: '2026-02-02T06:05:00.000Z',
      durationMs: 3 * DAY,
    });
    expect(failure?.records.length).toBeGreaterThan(2);
  });

  it('that go on last until the end of the period', () => {
    const failure = REPORT_OF_YEAR.failures.find((each) => each.consumer === 'app-048');
    expect(failure).toMatchObject({ from: '2026-10-27T00:00:00.000Z', durationMs: 5 * DAY });
    expect(failure?.until).toBeUndefined();
    expect(value('failuresOpen')).toBe(1);
  });
});

it('what is due comes after the period, the next first', () => {
  const times = REPORT_OF_YEAR.due.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times.filter((at) => at < BEGIN + YEAR)).toEqual([]);
  expect(new Set(REPORT_OF_YEAR.due.map(({ what }) => what))).toEqual(
    new Set(['grace-ends', 'deletion', 'overdue', 'rotation', 'exception-ends']),
  );
});

it('without trouble, no figure speaks against any control', () => {
  const calm = reportOn(anEvidence({ consumers: 5, from: BEGIN, isTroubled: false }));
  expect(calm.controls.filter(({ result }) => result !== 'supported')).toEqual([]);
});

it('without any source, no control is supported', () => {
  const empty = { deployment: 'prod', files: [], records: [], hashes: [] };
  const { controls } = reportOn(empty, { sources: { missing: ['everything'] } });
  expect(controls.filter(({ result }) => result === 'supported').map(({ number }) => number)).toEqual([]);
});
