import type { Configuration } from '../../lambda/config/configuration.ts';
import { isArn } from '../../lambda/config/secret-name.ts';
import type { SecretReading } from '../../lambda/secrets-manager/secret.ts';
import { quoted } from '../typed.ts';
import type { OwnServices } from './services.ts';

/** Which secrets there are. */
export interface SecretsThere {
  /** Of consumers, with the consumer that each is for. */
  readonly missing: ReadonlyMap<string, string>;
  /** Of the rotator's secret; undefined: it does not exist. */
  readonly ownArn: string | undefined;
  readonly problems: readonly string[];
}

/** Only a description tells a secret that does not exist from one without a value. */
export async function secretsThere(
  { store }: OwnServices,
  { influxdb: { tokenSecret }, consumers }: Configuration,
  readings: ReadonlyMap<string, SecretReading>,
): Promise<SecretsThere> {
  const missing = new Map<string, string>();
  const found = async (secret: string) => foundIn(store, secret, readings.get(secret));
  const own = await found(tokenSecret);
  // What is wrong with the text that it holds is told where that is read.
  const isRead = readings.get(tokenSecret)?.kind !== 'not-found';
  const problems = isRead ? [] : [...own.problems];
  for (const { name, secret, createSecret } of consumers) {
    const { arn, problems: its } = createSecret ? NOT_NEEDED : await found(secret);
    if (arn === undefined && its.length === 0) missing.set(secret, name);
    problems.push(...its);
  }
  return { missing, ownArn: own.arn, problems };
}

interface Found {
  /** Undefined: it does not exist, or there is a problem. */
  readonly arn: string | undefined;
  readonly problems: readonly string[];
}

/** A run makes it. */
const NOT_NEEDED: Found = { arn: '', problems: [] };

async function foundIn(
  store: OwnServices['store'],
  secret: string,
  reading: SecretReading | undefined,
): Promise<Found> {
  const problem = (text: string): Found => ({ arn: undefined, problems: [`secret ${secret} ${text}`] });
  const deleted = problem(
    `is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id ${quoted(secret)}), or name another`,
  );
  switch (reading?.kind) {
    case 'value':
    case 'binary':
      return { arn: reading.arn, problems: [] };
    case 'deleted':
      return deleted;
    case 'unreadable':
      return problem(`cannot be read (${reading.detail})${reading.remedy === undefined ? '' : `: ${reading.remedy}`}`);
    case 'not-found':
    case undefined: {
      const described = await store.describe(secret);
      if (described?.deletedAt !== undefined) return deleted;
      if (described !== undefined || !isArn(secret)) return { arn: described?.arn, problems: [] };
      const where = reading?.where === undefined ? '' : ` (${reading.where})`;
      return problem(`does not exist${where}: correct its ARN, or give its name to have it made`);
    }
  }
}
