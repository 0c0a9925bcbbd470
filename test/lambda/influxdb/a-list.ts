import type { Authorization } from '../../../lambda/influxdb/authorization.ts';
import type { RowCollector } from '../../../lambda/influxdb/listed-row.ts';

export const ORG = '00000000000000aa';
export const OWNER = '00000000000000bb';

/** A row as InfluxDB sends it. */
export function aWireRow(number: number, rest: object = {}): Record<string, unknown> {
  const id = (number + 1).toString(16).padStart(16, '0');
  return {
    id,
    token: '',
    status: 'active',
    description: `no. ${number}`,
    orgID: ORG,
    org: 'acme',
    userID: OWNER,
    user: 'svc',
    permissions: ['read', 'write'].map((action) => ({
      action,
      resource: { type: 'buckets', id: '00000000000000cc', orgID: ORG, name: 'telemetry', org: 'acme' },
    })),
    links: { self: `/api/v2/authorizations/${id}`, user: `/api/v2/users/${OWNER}` },
    createdAt: '2026-01-01T00:00:00.123456789Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...rest,
  };
}

/** Keeps every row, and counts the attempts. */
export class AllRows implements RowCollector {
  rows: Authorization[] = [];
  attempts = 0;

  begin(): void {
    this.attempts += 1;
    this.rows = [];
  }

  row(row: Authorization): void {
    this.rows.push(row);
  }
}
