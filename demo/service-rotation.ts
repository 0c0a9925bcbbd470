import { randomUUID } from 'node:crypto';
import { DescribeSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import { DAY_MS } from '../lambda/config/duration.ts';
import type { World } from '../simulation/world.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';

/** A rotation that Secrets Manager itself began, in four steps. */
export interface ServiceRotation {
  readonly at: number;
  readonly consumer: string;
  readonly calls: number;
  /** The new version is current. */
  readonly done: boolean;
}

/** Leaves a consumer's rotation to Secrets Manager, and asks for one now. Its older token keeps its grace period. */
export async function rotateByService(
  world: World,
  { name, secret, rotateEveryMs }: ConsumerSettings,
): Promise<ServiceRotation> {
  const { configuration, secretsManager, secrets } = world;
  world.configuration = {
    ...configuration,
    consumers: configuration.consumers.map((each) =>
      each.name === name ? { ...each, rotation: 'secrets-manager' } : each,
    ),
  };
  secretsManager.rotations.functions?.set(FUNCTION_ARN, { invoke: (event) => world.step(event) });
  const at = world.clock.now();
  const before = world.calls;
  const versionId = randomUUID();
  await secrets.send(
    new RotateSecretCommand({
      ...{ SecretId: secret, ClientRequestToken: versionId, RotationLambdaARN: FUNCTION_ARN },
      RotationRules: { AutomaticallyAfterDays: Math.round(rotateEveryMs / DAY_MS) },
    }),
  );
  await secretsManager.rotations.settled();
  // Without the request itself.
  const calls = world.calls - before - 1;
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secret }));
  return { at, consumer: name, calls, done: VersionIdsToStages[versionId]?.includes('AWSCURRENT') === true };
}
