import { CallError } from '../../lambda/calls/call-error.ts';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { SELF } from '../../lambda/config/self.ts';
import { selfSettings } from '../../lambda/config/self-settings.ts';
import { identityOf } from '../../lambda/engine/document/marker.ts';
import { ownDocument, whoseDocument } from '../../lambda/engine/document/own.ts';
import { readSecretContent } from '../../lambda/engine/document/secret-content.ts';
import { observedOwn } from '../../lambda/engine/observe/own-secret.ts';
import { RotatorTokenError, readRotatorToken } from '../../lambda/engine/observe/rotator-token.ts';
import { entryOf } from '../../lambda/engine/plan/entry.ts';
import type { NextLedger, StartingVersion } from '../../lambda/engine/plan/steps.ts';
import { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { RotatorRejectedError } from '../../lambda/influxdb/errors.ts';
import { tryToGrant } from '../../lambda/influxdb/grant.ts';
import { parseObject } from '../../lambda/secrets-manager/json-object.ts';
import type { SecretReading } from '../../lambda/secrets-manager/secret.ts';
import type { OwnTarget } from './rights.ts';
import type { OwnServices } from './services.ts';

/** The rotator as one more consumer, whether or not its token is rotated. */
export function ownSettings({ influxdb: { tokenSecret, tokenKey, self } }: Configuration) {
  const usual = selfSettings({ tokenSecret, tokenKey, self: {} });
  const settings = self ?? usual;
  if (settings === undefined) throw new Error('the rotator has settings where its token is rotated');
  return settings;
}

/** What the rotator's secret holds. */
export interface OwnSecret {
  /** Undefined: it holds none. */
  readonly token: string | undefined;
  /** Undefined: there is no value yet. */
  readonly start: StartingVersion | undefined;
  /** The deployment that rotates this token, where it is another. */
  readonly otherDeployment: string | undefined;
  /** The value has a document of the rotator's own, whose ledger is whole. */
  readonly hasDocument: boolean;
  readonly ledger: NextLedger;
}

const NO_LEDGER: NextLedger = { kept: [], added: [], mayGo: [] };

export const NO_OWN_SECRET: OwnSecret = {
  ...{ token: undefined, start: undefined, otherDeployment: undefined },
  ...{ hasDocument: false, ledger: NO_LEDGER },
};

/** @returns why it cannot be used, where a person must decide. */
export function ownSecretIn(
  configuration: Configuration,
  reading: SecretReading,
): OwnSecret | { readonly problem: string } {
  if (reading.kind === 'not-found') return NO_OWN_SECRET;
  const token = tokenIn(configuration, reading);
  const isObject = reading.kind === 'value' && parseObject(reading.text) !== undefined;
  if (typeof token !== 'string' && !isObject) return token;
  if (reading.kind !== 'value') throw new Error('what holds a token is a value');
  const identity = identityOf(configuration.deployment, SELF, reading.arn);
  const settings = ownSettings(configuration);
  const held = typeof token === 'string' ? token : undefined;
  const read = held === undefined ? undefined : observedOwn(reading, held, configuration.deployment, settings);
  const text = read?.kind === 'value' ? read.text : reading.text;
  const content = readSecretContent(text, reading.versionId, settings.tokenKey);
  const document = ownDocument(content, identity);
  const found = whoseDocument(content, identity);
  return {
    token: held,
    start: { secretId: reading.arn, identity, versionId: reading.versionId, text },
    otherDeployment: found.kind === 'another' ? found.owner.deployment : undefined,
    hasDocument: document !== undefined,
    ledger:
      document === undefined
        ? NO_LEDGER
        : {
            kept: document.superseded,
            added: [entryOf({ ...document, id: document.authorizationId }, { tokenHash: document.tokenHash })],
            mayGo: [],
          },
  };
}

function tokenIn({ influxdb }: Configuration, reading: SecretReading): string | { readonly problem: string } {
  try {
    return readRotatorToken(reading, influxdb);
  } catch (error) {
    if (error instanceof RotatorTokenError) return { problem: error.message };
    throw error;
  }
}

/** Why the rotator needs another token than the present one; undefined if it does not. */
export async function whyAnother(
  services: OwnServices,
  { influxdb: { tokenSecret } }: Configuration,
  { token }: OwnSecret,
  { given, target }: { readonly given: string; readonly target: OwnTarget | undefined },
): Promise<string | undefined> {
  if (token === undefined) return `${tokenSecret} holds none yet`;
  if (token === given) return `${tokenSecret} holds the one that was given here, which may do more than is needed`;
  if (target === undefined) return 'the present one has no right over users that are yet to be made';
  const { orgId, userId, wanted } = target;
  const over = wanted.find(({ action, resource: { type, id } }) => action === 'write' && type === 'users' && id);
  const trial = { orgId, userId: over?.resource.id ?? userId, description: 'never made', permissions: wanted };
  try {
    const grant = await tryToGrant(new InfluxdbClient(services.transport, token), trial);
    if (grant.kind === 'unknown')
      throw new CallError(
        'INFLUXDB_REFUSED',
        'refused',
        `whether the rotator's token has its rights cannot be told: ${grant.detail}`,
      );
    return grant.kind === 'may' ? undefined : `the present one lacks ${grant.right}`;
  } catch (error) {
    if (error instanceof RotatorRejectedError) return 'InfluxDB refuses the present one';
    throw error;
  }
}
