import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll } from 'vitest';
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import { TokenRotation, type TokenRotationProps } from '../../infra/token-rotation.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1b2c3d4e-0000-4000-8000-000000000000`;
export const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;

/** Two consumers of one server, but for what is given. */
export function aConfigurationFile(rest: Partial<RotationConfiguration> = {}): RotationConfiguration {
  return {
    deployment: 'prod',
    influxdb: { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' },
    consumers: [
      { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc-telegraf', write: ['telemetry'] },
      { name: 'grafana', secret: 'influxdb/acme/grafana', owner: 'svc-grafana', read: ['telemetry'] },
    ],
    ...rest,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'infra-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An app whose output is gone after the tests of the file; each has a megabyte of it. */
export function anApp(context: Record<string, unknown> = {}): App {
  return new App({ context, outdir: mkdtempSync(join(folder, 'cdk.out-')) });
}

/** A stack whose account and Region are known, so that its ARNs can be read. What CloudFormation would refuse throws. */
export function aStack(id = 'Stack'): Stack {
  const app = anApp({ '@aws-cdk/core:validateAgainstDefaultRules': true });
  return new Stack(app, id, { env: { account: ACCOUNT, region: REGION } });
}

export function aRotation(props: Partial<TokenRotationProps> = {}, stack = aStack(), id = 'Rotation'): TokenRotation {
  return new TokenRotation(stack, id, { configuration: aConfigurationFile(), ...props });
}

/** With every option that adds something. */
export function aRotationWithEverything(): TokenRotation {
  const stack = aStack();
  return aRotation(
    {
      createSecrets: true,
      encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
      alarmTopic: Topic.fromTopicArn(stack, 'Topic', TOPIC_ARN),
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'),
      eventBus: EventBus.fromEventBusName(stack, 'Bus', 'tokens'),
      vpc: aVpc(stack),
      configRule: true,
      dashboard: true,
      tracing: true,
      memorySize: 512,
      reservedConcurrentExecutions: 1,
    },
    stack,
  );
}

export function aVpc(stack: Stack): IVpc {
  return Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['a'],
    privateSubnetIds: ['subnet-0a1b2c3d'],
  });
}

export function templateOf(rotation: TokenRotation): Template {
  return Template.fromStack(Stack.of(rotation));
}
