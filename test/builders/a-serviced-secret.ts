import { randomUUID } from 'node:crypto';
import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { ConsumerSettings } from '../../lambda/config/configuration.ts';
import type { RotationEvent } from '../../local/secrets-manager/rotation-function.ts';
import { aConfiguration, aConsumer } from './a-configuration.ts';
import { Scene } from './a-scene.ts';

/** The rotation function: the handler of the scene. */
export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';

/** A consumer whose secret Secrets Manager is to rotate, and has not rotated yet. */
export async function openUnrotated(
  settings: Partial<ConsumerSettings> = {},
  initialValue: string | null = '{}',
): Promise<Scene> {
  const configuration = aConfiguration([aConsumer({ rotation: 'secrets-manager', ...settings })]);
  const scene = await Scene.open({ configuration, initialValue: () => initialValue ?? undefined });
  serve(scene);
  return scene;
}

/** The handler as Lambda's function. */
export function serve({ world }: Scene): void {
  world.secretsManager.rotations.functions?.set(FUNCTION_ARN, { invoke: (event) => world.step(event) });
}

/** The same, with its first token. */
export async function openServiced(settings: Partial<ConsumerSettings> = {}): Promise<Scene> {
  const scene = await openUnrotated(settings);
  await rotateSecret(scene);
  scene.auditor.inspect();
  return scene;
}

/** Calls `RotateSecret`, and waits until Secrets Manager has taken all four steps, or failed at one. */
export async function rotateSecret(scene: Scene, versionId: string = randomUUID()): Promise<string> {
  await beginRotation(scene, versionId);
  await scene.world.secretsManager.rotations.settled();
  return versionId;
}

/** The same, without the wait. */
export async function beginRotation({ world, secret }: Scene, versionId: string): Promise<void> {
  const days = Math.round((world.configuration.consumers[0]?.rotateEveryMs ?? 0) / 86_400_000);
  await world.secrets.send(
    new RotateSecretCommand({
      ...{ SecretId: secret, ClientRequestToken: versionId, RotationLambdaARN: FUNCTION_ARN },
      RotationRules: { AutomaticallyAfterDays: days },
    }),
  );
}

export async function cancelRotation({ world, secret }: Scene): Promise<void> {
  await world.secrets.send(new CancelRotateSecretCommand({ SecretId: secret }));
}

export function describeSecret({ world, secret }: Scene): Promise<DescribeSecretCommandOutput> {
  return world.secrets.send(new DescribeSecretCommand({ SecretId: secret }));
}

/** Why the last attempt of Secrets Manager stopped. */
export function lastError({ world, secret }: Scene): string | undefined {
  return world.secretsManager.store.secret(secret)?.lastRotationError;
}

/** An empty pending version, as `RotateSecret` makes it, while nobody takes the steps. */
export async function pendingVersion(scene: Scene, versionId: string = randomUUID()): Promise<string> {
  scene.world.secretsManager.rotations.functions?.set(FUNCTION_ARN, { invoke: () => Promise.reject(new Error('off')) });
  await rotateSecret(scene, versionId);
  serve(scene);
  return versionId;
}

/** One step, as Secrets Manager asks for it. */
export function stepOf({ world, secret }: Scene, step: RotationEvent['Step'], versionId: string): RotationEvent {
  const SecretId = world.secretsManager.store.secret(secret)?.arn ?? '';
  return { Step: step, SecretId, ClientRequestToken: versionId, RotationToken: randomUUID() };
}

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Takes these steps one after the other. */
export async function take(scene: Scene, versionId: string, steps: readonly RotationEvent['Step'][]): Promise<void> {
  for (const step of steps) {
    await scene.world.step(stepOf(scene, step, versionId));
    scene.auditor.inspect();
  }
}
