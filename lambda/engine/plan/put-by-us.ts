import { identityOf, markerHash } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { countedRows } from './counted-rows.ts';
import type { Facts } from './facts.ts';

/**
 * The current token, if one of our puts made the current version, and the server's own word says that the token is ours.
 * Whoever writes the secret must not write into our log, nor tell applications anything in our name (T1).
 */
export function currentPutByUs(facts: Facts): MarkedRow | undefined {
  const { secret, settings, deployment, listing } = facts;
  if (secret.kind !== 'value' || secret.content.kind !== 'ours') return undefined;
  const identity = identityOf(deployment, settings.name, secret.arn);
  const document = ownDocument(secret.content, identity);
  const marked = countedRows(facts, listing.markedAs(identity), document);
  const current = marked.find(({ row }) => row.id === document?.authorizationId);
  const { token } = secret.content;
  return token !== undefined && current?.marker.tokenHash === markerHash(token) ? current : undefined;
}
