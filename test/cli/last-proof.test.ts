import { stripVTControlCharacters } from 'node:util';
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

it.each([160, 80])('a terminal of %i columns shows the last proof, and where it is missing', (width) => {
  const at = { mintedAt: iso(NOW - 9 * DAY), overdueAt: iso(NOW + 26 * DAY), nextRotationAt: iso(NOW + 21 * DAY) };
  const consumer: Omit<ConsumerStatus, 'consumer'> = {
    ...{ secret: '', health: 'ok', reason: '', code: '' },
    ...at,
    older: [{ authorizationId: 'a0', phase: 'works', until: iso(NOW + DAY) }],
  };
  const status: Status = {
    ...{ deployment: 'prod', at: iso(NOW), omitted: 0, others: [], errors: [], outOfPolicy: 0 },
    consumers: [
      { ...consumer, consumer: 'telegraf', provenAt: iso(NOW - HOUR) },
      { ...consumer, consumer: 'grafana', provenAt: null },
    ],
  };
  const lines = statusLines(status, { width, all: true }).map(stripVTControlCharacters);
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^STATE .* ALIVE +NEXT /),
    expect.stringMatching(/ telegraf .* 9d, max 35d +1h ago +in 21d +works /),
    expect.stringMatching(/ grafana .* 9d, max 35d +in 21d +works /),
    '    not seen to work for two days',
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
});
