import { stringify } from 'csv-stringify/sync';
import { DAY_MS } from '../../lambda/config/duration.ts';
import { onOneLine } from '../terminal.ts';
import type { ConsumerEntry } from './consumer.ts';
import type { Report, ReportFailure } from './model.ts';

const HOUR_MS = DAY_MS / 24;

interface Row {
  readonly entry: ConsumerEntry;
  readonly failures: readonly ReportFailure[];
}

type Cell = string | number | boolean | undefined;

/** One row a consumer. What each column means is in docs/compliance.md. */
const COLUMNS: Readonly<Record<string, (row: Row) => Cell>> = {
  consumer: ({ entry }) => entry.consumer,
  secret: ({ entry }) => entry.secret,
  secretArn: ({ entry }) => entry.secretArn,
  owner: ({ entry }) => entry.owner,
  reach: ({ entry }) => entry.reach.join(', '),
  rotation: ({ entry }) => entry.rotation,
  health: ({ entry }) => entry.health,
  reason: ({ entry }) => entry.reason,
  code: ({ entry }) => entry.code,
  access: ({ entry }) => entry.access,
  seenAt: ({ entry }) => entry.seenAt,
  authorizationId: ({ entry }) => entry.authorizationId,
  mintedAt: ({ entry }) => entry.mintedAt,
  ageDays: ({ entry }) => days(entry.ageMs),
  rotateEveryDays: ({ entry }) => days(entry.policy.rotateEveryMs),
  maxTokenAgeDays: ({ entry }) => days(entry.policy.maxTokenAgeMs),
  gracePeriodDays: ({ entry }) => days(entry.policy.gracePeriodMs),
  overdueAt: ({ entry }) => entry.overdueAt,
  overdue: ({ entry }) => entry.isOverdue,
  lastRotationAt: ({ entry }) => entry.lastRotationAt,
  nextRotationAt: ({ entry }) => entry.nextRotationAt,
  rotations: ({ entry }) => entry.rotations,
  liveTokens: ({ entry }) => entry.tokens.filter(({ status }) => status === 'active').length,
  deletedTokens: ({ entry }) => entry.tokens.filter(({ deletedAt }) => deletedAt !== undefined).length,
  refusedTokens: ({ entry }) => entry.tokens.filter(({ refusedAt }) => refusedAt !== undefined).length,
  proofsOfLife: ({ entry }) => entry.proofs.count,
  lastProofAt: ({ entry }) => entry.proofs.last,
  failures: ({ failures }) => failures.length,
  failedHours: ({ failures }) => Math.round(failures.reduce((sum, { durationMs }) => sum + durationMs, 0) / HOUR_MS),
  exceptionReason: ({ entry }) => entry.exception?.reason,
  exceptionApprovedBy: ({ entry }) => entry.exception?.approvedBy,
  exceptionUntil: ({ entry }) => entry.exception?.until,
  exceptionInForce: ({ entry }) => entry.exception?.inForce,
  records: ({ entry }) => entry.records.join(' '),
};

export const COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS);

/** For a spreadsheet, which must not take other people's texts for formulas. */
export function csvOf({ consumers, failures }: Report): string {
  const byConsumer = Map.groupBy(failures, ({ consumer }) => consumer);
  const rows = consumers.map((entry) => {
    const row = { entry, failures: byConsumer.get(entry.consumer) ?? [] };
    return Object.values(COLUMNS).map((column) => cell(column(row)));
  });
  return stringify([[...COLUMN_NAMES], ...rows], {
    // A spreadsheet takes the bytes for UTF-8 only with it.
    bom: true,
    record_delimiter: 'windows',
    // Where the comma is no separator, a text may not begin a cell of its own.
    quoted: true,
    quoted_empty: true,
    escape_formulas: true,
  });
}

/** What `escape_formulas` does not look for: spaces before it, and what old spreadsheets take for the start of one, too. */
const LEADS = /^[|%]/;

function cell(value: Cell): string {
  if (value === undefined) return '';
  const text = onOneLine(String(value)).trim();
  return LEADS.test(text) ? `'${text}` : text;
}

function days(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round((ms / DAY_MS) * 10) / 10;
}
