import { expect, it } from 'vitest';
import { lastProof } from '../../cli/log/proof-of-life.ts';
import type { ConsumerStatus, Status } from '../../cli/status/status.ts';
import { statusLines } from '../../cli/status/status-lines.ts';
import type { ConsumerReport, RunReport } from '../../lambda/engine/report/report.ts';
import { DAY, HOUR } from '../builders/a-configuration.ts';

const NOW = Date.UTC(2026, 0, 10);
const iso = (ms: number) => new Date(ms).toISOString();

interface Case {
  readonly code?: string;
  readonly proof?: string;
  readonly of?: string;
  readonly ago?: number;
  readonly since?: number;
  readonly probe?: string;
  readonly mode?: string;
  readonly age?: number;
  readonly status?: string;
}

function proofIn({ code = 'TOKEN_ALIVE', proof = '', of = 'a1', ago = 3 * HOUR, since = 3 * DAY, ...more }: Case) {
  const { probe = 'daily', mode = 'rotate', age = 9 * DAY, status = 'active' } = more;
  const token = { authorizationId: 'a1', role: 'current', status, mintedAt: iso(NOW - age) };
  const report = { consumer: 'telegraf', probe, tokens: [token] } as unknown as ConsumerReport;
  const event = { id: '', at: iso(NOW - ago), code, fields: { authorizationId: of, proof } };
  const past = { consumer: undefined, events: [event], since: NOW - since, problem: undefined };
  return lastProof(report, { mode, startedAt: iso(NOW) } as RunReport, past);
}

it.each<[string, Case, string | null | undefined]>([
  ['a try', {}, iso(NOW - 3 * HOUR)],
  ['the first use', { code: 'TOKEN_VERIFIED', proof: 'works' }, iso(NOW - 3 * HOUR)],
  ['a first use that showed nothing', { code: 'TOKEN_VERIFIED', proof: 'unproven' }, null],
  ['a try of the token before', { of: 'a0' }, null],
  ['a try of long ago', { ago: 3 * DAY }, null],
  ['none, of a token that is never tried', { of: 'a0', probe: 'never' }, undefined],
  ['none, where runs only report', { of: 'a0', mode: 'plan' }, undefined],
  ['none, of a token of yesterday', { of: 'a0', age: DAY }, undefined],
  ['none, of one that is switched off', { of: 'a0', status: 'inactive' }, undefined],
  ['none, in a log that was not read to its end', { of: 'a0', since: DAY }, undefined],
])('the last proof of life by %s', (_what, given, expected) => {
  expect(proofIn(given)).toBe(expected);
});

it('a terminal of 80 columns shows a proof only where it is missing', () => {
  const consumer: Omit<ConsumerStatus, 'consumer'> = { secret: '', health: 'ok', older: [], reason: '', code: '' };
  const status: Status = {
    ...{ deployment: 'prod', at: iso(NOW), omitted: 0, notices: [], errors: [], outOfPolicy: 0 },
    consumers: [
      { ...consumer, consumer: 'telegraf', provenAt: iso(NOW - HOUR) },
      { ...consumer, consumer: 'grafana', provenAt: null },
    ],
  };
  expect(statusLines(status, 80).slice(2)).toEqual(['ok  telegraf  –', 'ok  grafana   –', '    no proof in 2d']);
  expect(statusLines(status, 160).slice(2)).toEqual([
    expect.stringMatching(/^ok {2}telegraf .* alive 1h ago$/),
    expect.stringMatching(/^ok {2}grafana .* no proof in 2d$/),
  ]);
});
