import type { Deed, Token } from '../../lambda/evidence/deed.ts';
import type { Entry } from '../../lambda/evidence/entry.ts';
import type { EvidenceRecord } from '../../lambda/evidence/record.ts';

/** How a consumer is, as far as its records say. */
export interface OnRecord {
  /** The authorization whose token its secret holds, which may be none of ours; undefined where no record says so. */
  readonly current: Told<string | undefined> | undefined;
  /** The version of its secret that is current; undefined where no record says so. */
  readonly version: Told<string> | undefined;
  /** How authorizations ended, by id. */
  readonly ended: ReadonlyMap<string, Told<'deleted' | 'switched off'>>;
  /** Of the latest record about it. */
  readonly number: number;
}

/** What a record says, and its number. */
interface Told<T> {
  readonly is: T;
  readonly number: number;
}

/** What one record says of one consumer. Of a step of a rotation by Secrets Manager it lists no tokens. */
interface Said {
  readonly consumer: string;
  readonly number: number;
  readonly tokens: readonly Token[];
  readonly versionId?: string | undefined;
  readonly deeds: readonly Deed[];
}

/** The consumers for whom something was done last. @param most of them. */
export function onRecord(entries: readonly Entry[], most: number): Map<string, OnRecord> {
  const latest = new Set<string>();
  for (const { record } of entries.toReversed()) {
    if (latest.size === most) break;
    if (record?.kind === 'consumer') latest.add(record.consumer);
  }
  const states = new Map<string, OnRecord>();
  for (const said of entries.flatMap(({ record }) => (record === undefined ? [] : saidIn(record))))
    if (latest.has(said.consumer)) states.set(said.consumer, stateAfter(states.get(said.consumer), said));
  return states;
}

function saidIn(record: EvidenceRecord): Said[] {
  if (record.kind === 'consumer') return [record];
  if (record.kind !== 'census') return [];
  return record.entries.map((entry) => ({ ...entry, number: record.number, deeds: [] }));
}

/** What may not work again without a record of it. */
const OLDER: ReadonlySet<Token['role']> = new Set(['superseded', 'stray']);

function stateAfter(before: OnRecord | undefined, { number, tokens, versionId, deeds }: Said): OnRecord {
  const ended = new Map(before?.ended);
  let current = before?.current;
  let version = versionId === undefined ? before?.version : { is: versionId, number };
  for (const deed of deeds) {
    const { what, authorizationId = '' } = deed;
    if (what === 'deleted') ended.set(authorizationId, { is: 'deleted', number });
    if (what === 'switched-off') ended.set(authorizationId, { is: 'switched off', number });
    if (what === 'reactivated') ended.delete(authorizationId);
    if (what !== 'promoted' && what !== 'copied-forward') continue;
    current = { is: authorizationId, number };
    if (deed.versionId !== undefined) version = { is: deed.versionId, number };
  }
  for (const { authorizationId, role, status } of tokens)
    if (status === 'gone') ended.set(authorizationId, { is: 'deleted', number });
    else if (status === 'active') ended.delete(authorizationId);
    else if (status === 'inactive' && OLDER.has(role)) ended.set(authorizationId, { is: 'switched off', number });
  if (tokens.length > 0) current = { is: tokens.find(({ role }) => role === 'current')?.authorizationId, number };
  return { current, version, ended, number };
}
