import type { RotationDocument } from '../document/document.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { Facts } from './facts.ts';

/**
 * The marked rows that a decision to mint looks at: those of owners that the configuration or the document names.
 * Anybody can copy a marker onto an authorization of a user of their own; such a row is ended like any other that has
 * our marker, though it makes nothing wait, and no ledger grows by it (docs/protocol.md, T4).
 */
export function countedRows(
  { target }: Pick<Facts, 'target'>,
  marked: readonly MarkedRow[],
  document: RotationDocument | undefined,
): readonly MarkedRow[] {
  const owners = new Set<string | undefined>(document?.superseded.map(({ userId }) => userId));
  if (document !== undefined) owners.add(document.userId);
  if (target.kind === 'resolved') owners.add(target.userId);
  // Without a name that could be resolved, every owner may be the configured one.
  return target.kind === 'unresolved' ? marked : marked.filter(({ row }) => owners.has(row.userId));
}
