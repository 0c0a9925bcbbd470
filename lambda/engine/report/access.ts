import { tokenHash } from '../document/document.ts';
import { identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import { contentOf } from '../observe/observed-secret.ts';
import type { Facts } from '../plan/facts.ts';
import type { Access, ProofReport, TokenReport } from './report.ts';

/**
 * Whether applications can work with what the secret holds after the run, as far as the run knows. A token that is not
 * ours may work. Of a retired consumer nobody promises it.
 */
export function accessOf(
  { settings, secret, target, deployment }: Facts,
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
    const document =
      secret.kind === 'value' && ownDocument(secret.content, identityOf(deployment, settings.name, secret.arn));
    const wasCurrent = document !== false && document?.authorizationId === current.authorizationId;
    if (wasCurrent && !isHeld(contentOf(secret)?.token, document.tokenHash))
      return contentOf(secret)?.token ? 'unknown' : 'none';
    return STATUS[current.status];
  }
  if (secret.kind === 'not-found' || secret.kind === 'deleted') return 'none';
  if (secret.kind !== 'value') return 'unknown';
  return contentOf(secret)?.token ? 'unknown' : 'none';
}

/** The key that applications read holds the token that the document speaks of. */
function isHeld(token: string | undefined, hash: string): boolean {
  return token !== undefined && tokenHash(token) === hash;
}

const STATUS = { active: 'works', inactive: 'none', gone: 'none', unknown: 'unknown' } as const;
