import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, Fn, Stack, Validations } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import { TokenRotation, type TokenRotationProps } from '../../infra/token-rotation.ts';
import { addOutputs } from '../../infra/token-rotation-stack.ts';
import { type JsonObject, mapped } from './json.ts';
import { PARAMETERS, type ParameterName } from './parameters.ts';
import { asParameter, STAND_INS } from './stand-ins.ts';

type Props = Omit<Partial<TokenRotationProps>, 'configuration'>;

export interface Option {
  /** The parameter that turns it on, and its value then: any but its default, if none is given. */
  readonly parameter: ParameterName;
  readonly value?: string;
  readonly props?: (stack: Stack) => Props;
  /** The key of the configuration that turns it on there. */
  readonly configuration?: 'createSecret' | 'influxdb.self' | 'securityHub';
}

const given = (parameter: ParameterName) => Fn.ref(parameter);

/** What the template can be asked for, and what that is to the construct. */
export const OPTIONS = {
  Unscheduled: { parameter: 'ScheduleEnabled', value: 'false', props: () => ({ scheduleEnabled: false }) },
  CreatesSecrets: { parameter: 'CreateSecrets', value: 'true', configuration: 'createSecret' },
  RotatesOwnToken: { parameter: 'RotateOwnToken', value: 'true', configuration: 'influxdb.self' },
  HasEncryptionKey: {
    parameter: 'EncryptionKeyArn',
    props: (stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', given('EncryptionKeyArn')) }),
  },
  HasEventBus: {
    parameter: 'EventBusArn',
    props: (stack) => ({ eventBus: EventBus.fromEventBusArn(stack, 'Bus', given('EventBusArn')) }),
  },
  HasNewsTopic: {
    parameter: 'NewsTopicArn',
    props: (stack) => ({ newsTopic: Topic.fromTopicArn(stack, 'NewsTopic', given('NewsTopicArn')) }),
  },
  HasOwnRunbook: { parameter: 'RunbookUrl', props: () => ({ runbookUrl: STAND_INS.runbookUrl }) },
  HasSecurityHub: { parameter: 'SecurityHub', value: 'true', configuration: 'securityHub' },
  KeepsEvidence: {
    parameter: 'EvidenceBucket',
    props: (stack) => ({ evidence: { bucket: Bucket.fromBucketName(stack, 'Bucket', given('EvidenceBucket')) } }),
  },
  HasConfigRule: { parameter: 'ConfigRule', value: 'true', props: () => ({ configRule: true }) },
  IsInVpc: { parameter: 'SubnetIds', props: inVpc },
  HasBoundary: {
    parameter: 'PermissionsBoundaryArn',
    props: (stack) => ({
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', given('PermissionsBoundaryArn')),
    }),
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** The construct's resources and outputs with these options, and with an alarm topic. */
export function templateWith(options: readonly OptionName[], schedule: string): JsonObject {
  const outdir = mkdtempSync(join(tmpdir(), 'template-'));
  const chosen: readonly Option[] = options.map((name) => OPTIONS[name]);
  const app = new App({ context: recommendedFlags, outdir });
  const stack = new Stack(app, 'Template');
  // What they are references to: CDK refuses others.
  for (const [name, { Type: type }] of Object.entries(PARAMETERS)) new CfnParameter(stack, name, { type });
  Validations.of(stack).acknowledge(
    { id: 'CloudFormation-Validate::W2001', reason: 'Each option needs some of the parameters only.' },
    { id: 'CloudFormation-Validate::W2509', reason: 'No parameter is a secret: these are about ARNs of secrets.' },
  );
  const props = chosen.map((option) => option.props?.(stack) ?? {});
  const rotation = new TokenRotation(stack, 'Rotation', {
    alarmTopic: Topic.fromTopicArn(stack, 'AlarmTopic', Fn.ref('AlarmTopicArn')),
    secretPrefixes: [STAND_INS.secretPrefix],
    ...Object.assign({}, ...props),
    configuration: configurationWith(chosen, schedule),
  });
  addOutputs(stack, rotation);
  const { template } = app.synth().getStackByName(stack.stackName);
  rmSync(outdir, { recursive: true });
  return mapped(template, asParameter) as JsonObject;
}

function configurationWith(options: readonly Option[], schedule: string): RotationConfiguration {
  const { deployment, rotatorSecret, secretPrefix, functionTimeoutS } = STAND_INS;
  const has = (key: Option['configuration']) => options.some(({ configuration }) => configuration === key);
  const self = has('influxdb.self') ? { self: {} } : {};
  return {
    deployment,
    schedule,
    influxdb: { url: 'https://influxdb.example.com:8086', org: 'any', tokenSecret: rotatorSecret, ...self },
    limits: { functionTimeout: `${functionTimeoutS}s` },
    securityHub: has('securityHub'),
    consumers: [
      { name: 'any', secret: `${secretPrefix}any`, owner: 'any', read: ['any'], createSecret: has('createSecret') },
    ],
  };
}

function inVpc(stack: Stack): Props {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['any'],
    privateSubnetIds: ['subnet-0a1b2c3d'],
    privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
  });
  return { vpc, securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-0a1b2c3d')] };
}
