import { contentOf } from '../observe/observed-secret.ts';
import type { Facts } from '../plan/facts.ts';
import type { Access, ProofReport, TokenReport } from './report.ts';

/**
 * Whether applications can work with what the secret holds after the run, as far as the run knows. A token that is not
 * ours may work. Of a retired consumer nobody promises it.
 */
export function accessOf(
  { settings, secret, target }: Facts,
  tokens: readonly TokenReport[],
  proof: ProofReport | undefined,
): Access {
  if (settings.retired) return 'retired';
  if (tokens.some(({ role }) => role === 'uncertain')) return 'unknown';
  const current = tokens.find(({ role }) => role === 'current');
  if (current !== undefined) {
    const isRefused = target.kind === 'unresolved' && target.ownerIsDeactivated === true;
    if (isRefused || proof?.result === 'refused') return 'none';
    return STATUS[current.status];
  }
  if (secret.kind === 'not-found' || secret.kind === 'deleted') return 'none';
  if (secret.kind !== 'value') return 'unknown';
  return contentOf(secret)?.token ? 'unknown' : 'none';
}

const STATUS = { active: 'works', inactive: 'none', gone: 'none', unknown: 'unknown' } as const;
