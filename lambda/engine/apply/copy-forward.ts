import type { ConsumerSettings } from '../../config/configuration.ts';
import { proveToken } from '../../influxdb/probe.ts';
import type { RotationDocument } from '../document/document.ts';
import { writeSecretText } from '../document/secret-text.ts';
import type { Repair } from '../plan/decision.ts';
import { promote } from './new-token.ts';
import type { Rotated } from './rotate.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/**
 * Puts the current token into a new version whose ledger names the older ones: forward, so that no label moves back.
 *
 * @returns `fails` if the current token turned out not to work; then nothing was written.
 */
export async function repair(services: Services, settings: ConsumerSettings, plan: Repair): Promise<Rotated | 'fails'> {
  const { transport, influxdb, store, clock, newId, log } = services;
  const authorization = await influxdb.getAuthorization(plan.document.authorizationId);
  const proof = await proveToken(transport, plan.token, authorization);
  if (proof.kind === 'refused') return 'fails';
  if (proof.kind === 'unproven') throw new RotationError(`the current token is not proven to work: ${proof.detail}`);
  const versionId = newId();
  const now = clock.now();
  const document: RotationDocument = {
    ...plan.document,
    id: versionId,
    superseded: [...plan.ledger.kept, ...plan.ledger.added.map((entry) => ({ ...entry, since: now }))],
  };
  const { base } = plan;
  await store.putPending(base.secretId, versionId, writeSecretText(base.text, settings.tokenKey, plan.token, document));
  await promote(services, { settings, base, authorization, versionId });
  log.info('SECRET_REPAIRED', {
    consumer: settings.name,
    authorizationId: authorization.id,
    versionId,
    reason: plan.reason,
  });
  return { authorizationId: authorization.id, versionId };
}
