import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { World } from '../../simulation/world.ts';
import { type Call, secretArn, useOfKey } from '../builders/a-role.ts';

/** What the SDK says of a call. */
interface Entry {
  readonly commandName: string;
  readonly input: { readonly SecretId?: string; readonly Name?: string; readonly SecretIdList?: readonly string[] };
}

/** What Secrets Manager itself does with the customer's key in the course of a call. */
const USES_OF_KEY: Readonly<Record<string, readonly string[]>> = {
  GetSecretValue: ['Decrypt'],
  PutSecretValue: ['GenerateDataKey', 'Decrypt'],
  CreateSecret: ['GenerateDataKey', 'Decrypt'],
};

/** Listens to what a handler asks of Secrets Manager, by the logger of its own client: not to what a test asks. */
export class Recorder {
  readonly secretsManager: SecretsManagerClientConfig;
  readonly #calls = new Map<string, Call>();

  constructor(world: World) {
    const nothing = () => {};
    const hear = (entry: Entry) => {
      for (const call of callsFor(entry, world)) this.#calls.set(JSON.stringify(call), call);
    };
    const logger = { debug: nothing, info: hear, warn: nothing, error: hear };
    this.secretsManager = { ...world.secretsManagerConfig, logger };
  }

  /** Each once. */
  get calls(): readonly Call[] {
    return [...this.#calls.values()];
  }
}

/** As IAM is asked: with the ARN of a secret that exists, or by the name of one that does not. */
function callsFor({ commandName, input }: Entry, { secretsManager }: World): Call[] {
  const operation = commandName.replace(/Command$/, '');
  const on = (nameOrArn: string, action = operation): Call[] => {
    const secret = action === 'CreateSecret' ? undefined : secretsManager.store.secret(nameOrArn);
    return [
      {
        action: `secretsmanager:${action}`,
        resource: secret === undefined ? secretArn(nameOrArn, '') : secretArn(secret.name),
      },
      ...(USES_OF_KEY[action] ?? []).map((use) => useOfKey(use)),
    ];
  };
  const { SecretId, Name, SecretIdList } = input;
  // It needs the right to read each of the secrets as well.
  if (SecretIdList !== undefined)
    return [
      { action: `secretsmanager:${operation}`, resource: '*' },
      ...SecretIdList.flatMap((name) => on(name, 'GetSecretValue')),
    ];
  const name = SecretId ?? Name;
  if (name === undefined) throw new Error(`${operation} names no secret: tell here what IAM is asked for it`);
  return on(name);
}
