import { proveToken, SPREAD_MS, SPREAD_STEP_MS } from '../../influxdb/probe.ts';
import type { Probed } from '../../log/events.ts';
import type { NewToken } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';
import { verifyOwn } from './verify-own.ts';

/**
 * Proves with the new token that every right it was granted works.
 *
 * @param urgent the consumer has no access now: a server too busy to answer the probes does not stop the rotation.
 */
export async function verify(services: Services, token: NewToken, urgent: boolean): Promise<void> {
  const { settings, authorization, own } = token;
  if (own !== undefined) return verifyOwn(services, token, own);
  const { transport, clock, log, budget, limits } = services;
  const giveUpAt = clock.now() + SPREAD_MS;
  for (;;) {
    const probes: Probed[] = [];
    const onAnswer = (right: string, answer: string) => probes.push({ right, answer });
    const proof = await proveToken(transport, authorization.token, authorization, onAnswer);
    if (proof.kind === 'works' || (proof.kind === 'unproven' && urgent))
      return log('TOKEN_VERIFIED', {
        consumer: settings.name,
        authorizationId: authorization.id,
        proof: proof.kind,
        probes,
      });
    const mayPass = proof.kind === 'refused' && (proof.error.status === 401 || proof.error.status === 403);
    const wasSpread = clock.now() + SPREAD_STEP_MS > giveUpAt;
    const late = wasSpread || budget.remainingMs() < 3 * limits.callTimeoutMs;
    if (!mayPass || late) {
      // Who has no access is not kept waiting for a day because a change took longer than usual to spread.
      const isLasting = proof.kind === 'refused' && (!mayPass || (wasSpread && !urgent));
      throw new RotationError('TOKEN_FAILS', `the new token does not work: ${proof.detail}`, { isLasting });
    }
    await clock.sleep(SPREAD_STEP_MS);
  }
}
