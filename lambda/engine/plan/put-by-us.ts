import { tooOldToPromoteAt } from '../document/grace.ts';
import { inMarker } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { countedRows } from './counted-rows.ts';
import type { Facts } from './facts.ts';

/**
 * The current token, if one of our puts made the current version, and the server's own word says that the token is ours.
 * Whoever writes the secret must not write into our log, nor tell applications anything in our name (T1).
 */
export function currentPutByUs(facts: Facts): MarkedRow | undefined {
  const { secret, listing } = facts;
  if (secret.kind !== 'value' || secret.content.kind !== 'ours') return undefined;
  const { identity } = secret;
  const document = ownDocument(secret.content, identity);
  const marked = countedRows(facts, listing.markedAs(identity), document);
  const current = marked.find(({ row }) => row.id === document?.authorizationId);
  const { tokenHash } = secret;
  return tokenHash !== undefined && current?.marker.tokenHash === inMarker(tokenHash) ? current : undefined;
}

/** The current version was made in four steps, by Secrets Manager. */
export function isMadeInSteps({ secret }: Pick<Facts, 'secret'>): boolean {
  return secret.kind === 'value' && secret.content.kind === 'ours' && secret.content.document.replaces !== undefined;
}

/**
 * When the current version became current, at the latest, in milliseconds since the epoch. A run promotes right after its
 * put. Secrets Manager may take its last step much later, until what was put is too old for it (H21); then only the last
 * change of the secret tells, which each run looks at there.
 */
export function promotedAtLatest(facts: Facts): number {
  const { secret, answers, limits, settings } = facts;
  if (secret.kind !== 'value') return Number.NEGATIVE_INFINITY;
  const { createdAt } = secret;
  const description = answers.knownDescription();
  if (!isMadeInSteps(facts) || description === 'unasked') return createdAt;
  const tooOldAt = tooOldToPromoteAt(createdAt, limits, settings);
  return Math.max(createdAt, Math.min(description?.lastChangedAt ?? createdAt, tooOldAt));
}
