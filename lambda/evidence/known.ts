import type { Deed, Token } from './deed.ts';
import type { EvidenceRecord } from './record.ts';

/** When it was put on record first, and last, that a token is there; in milliseconds since the epoch. */
export interface OnRecord {
  readonly first: number;
  readonly last: number;
  /** Undefined where no run saw it yet that looked at all of the consumer. */
  readonly owner: { readonly orgId: string; readonly userId: string } | undefined;
}

/** What is on record of one consumer. */
export interface KnownConsumer {
  /**
   * When a run last put on record all that it saw of the consumer; in milliseconds since the epoch, undefined for never.
   * What was done a lease before then or earlier is on record.
   */
  readonly lookedAt: number | undefined;
  /** The version that was current then. */
  readonly versionId: string | undefined;
  /** Since some time before the latest census. */
  readonly deeds: readonly Deed[];
  /** By id, those of which nothing on record says that they were deleted. */
  readonly tokens: ReadonlyMap<string, OnRecord>;
}

/** What is on record. */
export interface Known {
  readonly consumers: ReadonlyMap<string, KnownConsumer>;
  /** When the deletion of each authorization was put on record as intended; ISO 8601. */
  readonly intents: ReadonlyMap<string, string>;
  /** In milliseconds since the epoch. */
  readonly censusAt: number | undefined;
}

interface Draft {
  lookedAt: number | undefined;
  versionId: string | undefined;
  readonly deeds: Deed[];
  readonly tokens: Map<string, OnRecord>;
}

/**
 * Which record is old enough, of those that are asked about the newest file first: all that a census leaves to the next look,
 * since it is younger than a lease, is in the records after it. Twice a lease, because clocks differ.
 */
export function isBeforeCensus(leaseMs: number): (record: EvidenceRecord) => boolean {
  let censusAt: number | undefined;
  return ({ kind, at }) => {
    if (kind === 'census') censusAt ??= Date.parse(at);
    return censusAt !== undefined && Date.parse(at) < censusAt - 2 * leaseMs;
  };
}

/** @param records from some time before the latest census on, in their order; all where there is none. */
export function knownFrom(records: readonly EvidenceRecord[]): Known {
  const consumers = new Map<string, Draft>();
  const intents = new Map<string, string>();
  let censusAt: number | undefined;
  const draftOf = (name: string): Draft => {
    const draft = consumers.get(name) ?? { lookedAt: undefined, versionId: undefined, deeds: [], tokens: new Map() };
    consumers.set(name, draft);
    return draft;
  };
  for (const record of records) {
    const at = Date.parse(record.at);
    if (record.kind === 'census') {
      censusAt = at;
      for (const { consumer, tokens, versionId } of record.entries) {
        see(draftOf(consumer), { at, tokens, versionId });
        for (const { authorizationId, intendedAt } of tokens)
          if (intendedAt !== undefined) intents.set(authorizationId, intendedAt);
      }
    }
    if (record.kind !== 'consumer' && record.kind !== 'intent') continue;
    const draft = draftOf(record.consumer);
    for (const deed of record.deeds ?? []) follow(draft, deed, at);
    if (record.kind === 'intent') {
      intents.set(record.authorizationId, record.at);
      if (!isDeleted(draft, record.authorizationId)) isThere(draft, record.authorizationId, at, ownerIn(record));
      continue;
    }
    // A step of a rotation by Secrets Manager does not look at all of them.
    if (record.tokens.length > 0) see(draft, { at, tokens: record.tokens, versionId: record.versionId });
  }
  return { consumers, intents, censusAt };
}

function see(
  draft: Draft,
  { at, tokens, versionId }: { at: number; tokens: readonly Token[]; versionId: string | undefined },
): void {
  draft.lookedAt = at;
  draft.versionId = versionId;
  // What a run does not see any more is gone only once a deed says so.
  for (const token of tokens) if (token.status !== 'gone') isThere(draft, token.authorizationId, at, ownerIn(token));
}

function ownerIn({ orgId, userId }: Pick<Token, 'orgId' | 'userId'>): OnRecord['owner'] {
  return orgId && userId ? { orgId, userId } : undefined;
}

function isThere({ tokens }: Draft, id: string, at: number, owner?: OnRecord['owner']): void {
  const known = tokens.get(id);
  tokens.set(id, { first: known?.first ?? at, last: at, owner: owner ?? known?.owner });
}

function follow(draft: Draft, deed: Deed, at: number): void {
  draft.deeds.push(deed);
  const { what, authorizationId } = deed;
  if (authorizationId === undefined) return;
  if (ENDS.has(what)) draft.tokens.delete(authorizationId);
  else if (what === 'minted') isThere(draft, authorizationId, at);
}

const ENDS: ReadonlySet<Deed['what']> = new Set(['deleted', 'undone']);

/** Another run intended the same, and was faster. */
function isDeleted({ deeds }: Draft, id: string): boolean {
  return deeds.some(({ what, authorizationId }) => authorizationId === id && ENDS.has(what));
}
