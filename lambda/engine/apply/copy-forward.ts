import type { ConsumerSettings } from '../../config/configuration.ts';
import { proveToken } from '../../influxdb/probe.ts';
import { fitSecretText } from '../document/fitting-text.ts';
import { describe } from '../plan/describe.ts';
import { type CopyForward, copiedDocument } from '../plan/steps.ts';
import { promote } from './promote.ts';
import { logLeftOut, type Rotated } from './rotate.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** The token that was to be copied is refused. */
export interface Fails {
  readonly fails: string;
}

/**
 * Copies the current token forward into a new version that also names the older tokens. Labels never move back.
 *
 * @returns why the current token does not work, if it turned out so; then nothing was written.
 * @throws {RotationError | CallError | OutOfTimeError | SecretTextError}
 */
export async function copyForward(
  services: Services,
  settings: ConsumerSettings,
  copy: CopyForward,
): Promise<Rotated | Fails> {
  const { transport, influxdb, store, clock, newId, log } = services;
  const { start, token, reason } = copy;
  const authorization = await influxdb.getAuthorization(copy.document.authorizationId);
  const proof = await proveToken(transport, token, authorization);
  if (proof.kind === 'refused') return { fails: proof.detail };
  if (proof.kind === 'unproven')
    throw new RotationError('TOKEN_FAILS', `the current token is not proven to work: ${proof.detail}`);
  const rotationId = newId();
  const document = { ...copiedDocument(copy, clock.now()), id: rotationId };
  const { text, leftOut } = fitSecretText(start.text, settings.tokenKey, token, document, copy.ledger.mayGo);
  const awsRequestId = await store.putPending(start.secretId, rotationId, text);
  const version = { authorizationId: authorization.id, versionId: rotationId };
  const left = logLeftOut(services, settings, version, leftOut);
  await promote(services, { settings, start, authorization, rotationId, copied: true });
  log('COPIED_FORWARD', {
    consumer: settings.name,
    ...version,
    reason: describe(reason),
    reasonCode: reason.code,
    awsRequestId,
  });
  return { ...version, promoted: { secretArn: start.secretId, document }, ...left };
}
