import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll } from 'vitest';
import {
  type SecretsManagerOptions,
  type SecretsManagerServer,
  startSecretsManager,
} from '../../../local/secrets-manager/server.ts';

export const START = Date.UTC(2026, 0, 15, 10, 30, 0, 250);
export const DAY_MS = 86_400_000;

/** A version id that is the same in every run. */
export const token = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 36);

export interface Harness {
  readonly server: SecretsManagerServer;
  readonly client: SecretsManagerClient;
  /** The simulated time; tests move it. */
  readonly clock: { now: number };
  put(name: string, version: string, stages?: string[], value?: string): Promise<unknown>;
  move(name: string, label: string, versions: { from?: string; to?: string }): Promise<unknown>;
  /** Labels by version, as `DescribeSecret` tells them. */
  labels(name: string): Promise<Record<string, string[]> | undefined>;
  /** A secret whose versions `a`, `b`, … each became current in turn, with values `value a`, `value b`, … */
  created(...versions: string[]): Promise<string>;
}

/** One server for the tests of a file, each of which makes its own secrets. */
export function harness(options: SecretsManagerOptions = {}): Harness {
  const clock = { now: START };
  let started: { server: SecretsManagerServer; client: SecretsManagerClient } | undefined;
  let secrets = 0;
  const running = () => {
    if (!started) throw new Error('the server runs only inside tests');
    return started;
  };
  beforeAll(async () => {
    const server = await startSecretsManager({ now: () => clock.now, ...options });
    started = { server, client: clientOf(server.url) };
  });
  afterAll(async () => {
    running().client.destroy();
    await running().server.close();
  });
  const self: Harness = {
    get server() {
      return running().server;
    },
    get client() {
      return running().client;
    },
    clock,
    put: (name, version, stages, value = `value ${version}`) =>
      self.client.send(
        new PutSecretValueCommand({
          SecretId: name,
          ClientRequestToken: token(version),
          SecretString: value,
          ...(stages && { VersionStages: stages }),
        }),
      ),
    move: (name, label, { from, to }) =>
      self.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: name,
          VersionStage: label,
          ...(from !== undefined && { RemoveFromVersionId: token(from) }),
          ...(to !== undefined && { MoveToVersionId: token(to) }),
        }),
      ),
    labels: async (name) => {
      const { VersionIdsToStages: stages } = await self.client.send(new DescribeSecretCommand({ SecretId: name }));
      return stages && Object.fromEntries(Object.entries(stages).map(([id, labels]) => [id, labels.toSorted()]));
    },
    created: async (...versions) => {
      secrets += 1;
      const name = `secret/${secrets}`;
      await self.client.send(new CreateSecretCommand({ Name: name }));
      for (const version of versions) await self.put(name, version);
      return name;
    },
  };
  return self;
}

export const clientOf = (endpoint: string): SecretsManagerClient =>
  new SecretsManagerClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

/** How a call failed; throws when it did not. */
export async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error('the call succeeded');
}
