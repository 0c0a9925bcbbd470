import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { Entry } from '../../lambda/evidence/entry.ts';
import type { ConsumerRecord } from '../../lambda/evidence/record.ts';
import type { Verification } from './verification.ts';

/** The latest records, one a consumer, beside what the function sees of the secret's version and of each authorization. */
export function sampleOf(
  entries: readonly Entry[],
  live: readonly ConsumerReport[],
  most: number,
): Verification['sample'] {
  const latest = new Map<string, ConsumerRecord>();
  for (const { record } of entries.toReversed()) {
    if (latest.size === most) break;
    if (record?.kind === 'consumer' && !latest.has(record.consumer)) latest.set(record.consumer, record);
  }
  return [...latest.values()].flatMap((record) => {
    const now = live.find(({ consumer }) => consumer === record.consumer);
    // It is configured no more, or the run could not look.
    if (now === undefined || now.access === 'unknown') return [];
    const problem = disagreement(record, now);
    return [{ consumer: record.consumer, number: record.number, ...(problem !== undefined && { problem }) }];
  });
}

/** What may not work again without a record of it. */
const OLDER: ReadonlySet<string> = new Set(['superseded', 'stray']);

function disagreement({ consumer, number, tokens, deeds }: ConsumerRecord, now: ConsumerReport): string | undefined {
  const recorded = tokens.find(({ role }) => role === 'current')?.authorizationId;
  const current = now.tokens.find(({ role }) => role === 'current')?.authorizationId;
  if (recorded !== current)
    return `${consumer}: its secret holds the token of ${current ?? 'no authorization of ours'}, but record ${number}, the latest about it, says ${recorded ?? 'none'}`;
  const ended = new Map<string | undefined, string>([
    ...tokens.flatMap(({ authorizationId, role, status }): [string, string][] =>
      status === 'gone'
        ? [[authorizationId, 'deleted']]
        : status === 'inactive' && OLDER.has(role)
          ? [[authorizationId, 'switched off']]
          : [],
    ),
    ...deeds.flatMap(({ what, authorizationId }): [string | undefined, string][] =>
      what === 'deleted' ? [[authorizationId, 'deleted']] : [],
    ),
  ]);
  const alive = now.tokens.find(({ authorizationId, status }) => status === 'active' && ended.has(authorizationId));
  if (alive === undefined) return undefined;
  return `${consumer}: authorization ${alive.authorizationId} is active, but record ${number} says that it is ${ended.get(alive.authorizationId)}`;
}
