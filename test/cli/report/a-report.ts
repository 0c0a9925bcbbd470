import type { Material, ReadRecord } from '../../../cli/report/material.ts';
import type { Report } from '../../../cli/report/model.ts';
import { reportOf } from '../../../cli/report/of-records.ts';
import { DAY } from '../../builders/a-configuration.ts';
import type { Evidence } from '../../builders/an-evidence.ts';

export const BEGIN = Date.UTC(2025, 10, 1);
export const YEAR = 365 * DAY;

/** Everything on record, as a report takes it. */
export function materialOf(evidence: Evidence, rest: Partial<Material> = {}): Material {
  const { deployment, records, hashes, files } = evidence;
  const from = BEGIN;
  const to = BEGIN + YEAR;
  const last = records.length - 1;
  const head = { number: records.length, hash: hashes[last] ?? '', at: records[last]?.at ?? '' };
  const counts = { files: files.length, records: records.length };
  const source = { place: 's3://audit/influxdb/', ...counts, isVerified: true, problems: [], head };
  return {
    ...{ deployment, at: to, from, to, records: readRecords(evidence), logged: [], present: undefined },
    sources: { evidence: source, missing: [] },
    ...rest,
  };
}

export function reportOn(evidence: Evidence, rest: Partial<Material> = {}): Report {
  return reportOf(materialOf(evidence, rest));
}

function readRecords({ files, records, hashes }: Evidence): ReadRecord[] {
  const names = files.flatMap(({ name, text }) =>
    text
      .trimEnd()
      .split('\n')
      .map(() => name),
  );
  return records.map((record, index) => ({ record, hash: hashes[index] ?? '', file: names[index] ?? '' }));
}
