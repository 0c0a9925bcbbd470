import { tokenHash } from '../document/document.ts';
import type { Facts } from './facts.ts';
import { type Entry, entryOf } from './next-ledger.ts';
import type { Reason } from './reason.ts';

/**
 * The ledger entry of the authorization that the configuration names for adoption, if it exists and is nobody else's.
 * That the secret holds its token is likely, though not certain; noting the hash protects it while another secret
 * holds the same token.
 *
 * @param held the token that the secret holds now, where it is none of ours.
 */
export function adoptedEntry({ settings, listing, answers, protections }: Facts, held?: string): Entry | undefined {
  const id = settings.adopt;
  if (id === undefined || protections.of(id) !== undefined) return undefined;
  const row = listing.get(id);
  const lookup = row === undefined ? answers.authorization(id) : ({ kind: 'found', row } as const);
  if (lookup.kind !== 'found') return undefined;
  return entryOf(lookup.row, { adopted: true, tokenHash: held === undefined ? undefined : tokenHash(held) });
}

/** What an operator should know of a token that the secret held before, and of the authorization to adopt. */
export function notesOnOldToken(facts: Facts, held: string | undefined): Reason[] {
  const { settings, listing, answers, protections } = facts;
  const id = settings.adopt;
  if (id === undefined) {
    if (held === undefined) return [];
    const match = [...listing.rows()].find(({ token }) => token === held);
    return [{ code: 'OLD_TOKEN_REMAINS', secret: settings.secret, authorizationId: match?.id }];
  }
  const cannot = (why: string): Reason[] => [{ code: 'CANNOT_ADOPT', authorizationId: id, why }];
  const protection = protections.of(id);
  if (protection !== undefined) return cannot(protection);
  if (listing.get(id) !== undefined || answers.authorization(id).kind === 'found') return [];
  return cannot("it does not exist, or the rotator's token may not see it");
}
