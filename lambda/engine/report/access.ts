import { ownDocument } from '../document/own.ts';
import { contentOf, type ObservedSecret } from '../observe/observed-secret.ts';
import type { Facts } from '../plan/facts.ts';
import type { Access, ProofReport, TokenReport } from './report.ts';

/**
 * Whether applications can work with what the secret holds after the run, as far as the run knows. A token that is not
 * ours may work. Of a retired consumer nobody promises it.
 */
export function accessOf(
  { settings, secret, target }: Facts,
  tokens: readonly TokenReport[],
  { proof, changed }: { readonly proof: ProofReport | undefined; readonly changed: boolean },
): Access {
  if (settings.retired) return 'retired';
  // The run saw that the secret or the row is not any more as it read them.
  if (changed) return 'unknown';
  if (tokens.some(({ role }) => role === 'uncertain')) return 'unknown';
  const current = tokens.find(({ role }) => role === 'current');
  if (current !== undefined) {
    const isRefused = target.kind === 'unresolved' && target.ownerIsDeactivated === true;
    if (isRefused || proof?.result === 'refused') return 'none';
    if (isReplacedByHand(secret, current)) return contentOf(secret)?.token ? 'unknown' : 'none';
    return STATUS[current.status];
  }
  if (secret.kind === 'not-found' || secret.kind === 'deleted') return 'none';
  if (secret.kind !== 'value') return 'unknown';
  return contentOf(secret)?.token ? 'unknown' : 'none';
}

/** The key that applications read holds another token than the document speaks of, or none. */
function isReplacedByHand(secret: ObservedSecret, current: TokenReport): boolean {
  if (secret.kind !== 'value') return false;
  const document = ownDocument(secret.content, secret.identity);
  return document?.authorizationId === current.authorizationId && secret.tokenHash !== document.tokenHash;
}

const STATUS = { active: 'works', inactive: 'none', gone: 'none', unknown: 'unknown' } as const;
