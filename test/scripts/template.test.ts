import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import { TokenRotation, type TokenRotationProps } from '../../infra/token-rotation.ts';
import { addOutputs } from '../../infra/token-rotation-stack.ts';
import { PARAMETERS, SCHEDULES } from '../../scripts/release/parameters.ts';
import { template } from '../../scripts/release/template.ts';
import { ACCOUNT, aConfigurationFile, anApp, KEY_ARN, REGION, TOPIC_ARN } from '../builders/a-rotation.ts';
import { evaluated } from '../builders/an-evaluated-template.ts';

const secret = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;
const BOUNDARY_ARN = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
const BUS_ARN = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/tokens`;

/** A wish, as a parameter of the template, and as what a user of the construct writes for it. */
interface Wish {
  readonly parameters: Readonly<Partial<Record<keyof typeof PARAMETERS, string>>>;
  readonly props?: (stack: Stack) => Partial<TokenRotationProps>;
  readonly configure?: (file: RotationConfiguration) => RotationConfiguration;
}

const WISHES: Readonly<Record<string, Wish>> = {
  'no schedule': { parameters: { ScheduleEnabled: 'false' }, props: () => ({ scheduleEnabled: false }) },
  'a topic of the alarms': {
    parameters: { AlarmTopicArn: TOPIC_ARN },
    props: (stack) => ({ alarmTopic: Topic.fromTopicArn(stack, 'AlarmTopic', TOPIC_ARN) }),
  },
  'secrets that are created': {
    parameters: { CreateSecrets: 'true' },
    configure: (file) => ({ ...file, defaults: { createSecret: true } }),
  },
  "the rotator's own token": {
    parameters: { RotateOwnToken: 'true' },
    configure: (file) => ({ ...file, influxdb: { ...file.influxdb, self: {} } }),
  },
  'a key': {
    parameters: { EncryptionKeyArn: KEY_ARN },
    props: (stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
  },
  'a bus': {
    parameters: { EventBusArn: BUS_ARN },
    props: (stack) => ({ eventBus: EventBus.fromEventBusArn(stack, 'Bus', BUS_ARN) }),
  },
  news: {
    parameters: { NewsTopicArn: TOPIC_ARN },
    props: (stack) => ({ newsTopic: Topic.fromTopicArn(stack, 'NewsTopic', TOPIC_ARN) }),
  },
  'a copy of the runbook': {
    parameters: { RunbookUrl: 'https://wiki.example.com/tokens' },
    props: () => ({ runbookUrl: 'https://wiki.example.com/tokens' }),
  },
  'Security Hub': {
    parameters: { SecurityHub: 'true' },
    configure: (file) => ({ ...file, securityHub: true }),
  },
  evidence: {
    parameters: { EvidenceBucket: 'evidence' },
    props: (stack) => ({ evidence: { bucket: Bucket.fromBucketName(stack, 'Bucket', 'evidence') } }),
  },
  'AWS Config': { parameters: { ConfigRule: 'true' }, props: () => ({ configRule: true }) },
  'a network': {
    parameters: { SubnetIds: 'subnet-0a1b2c3d,subnet-0b1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d' },
    props: (stack) => ({
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0a1b2c3d',
        availabilityZones: ['a', 'b'],
        privateSubnetIds: ['subnet-0a1b2c3d', 'subnet-0b1b2c3d'],
        privateSubnetRouteTableIds: ['rtb-0a1b2c3d', 'rtb-0b1b2c3d'],
      }),
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0a1b2c3d')],
    }),
  },
  'a boundary': {
    parameters: { PermissionsBoundaryArn: BOUNDARY_ARN },
    props: (stack) => ({ permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY_ARN) }),
  },
  'more memory': { parameters: { MemorySize: '512' }, props: () => ({ memorySize: 512 }) },
  'less time': {
    parameters: { FunctionTimeout: '300' },
    configure: (file) => ({ ...file, limits: { functionTimeout: '5m' } }),
  },
};

let made: ReturnType<typeof template>;
beforeAll(() => {
  made = template();
});

/** What both come to, without the code, which the user uploads with the configuration, and its summary. */
function both(wishes: readonly Wish[], schedule: (typeof SCHEDULES)[number]) {
  const parameters = Object.assign({}, ...wishes.map((wish) => wish.parameters));
  const ofTemplate = evaluated(made, {
    Deployment: 'prod',
    Schedule: schedule,
    CodeS3Bucket: 'code',
    CodeS3Key: 'handler.zip',
    SecretArns: secret('influxdb/acme/*'),
    RotatorSecretArn: secret('influxdb/rotator-??????'),
    ...parameters,
  });
  const app = anApp(recommendedFlags);
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const props = Object.assign({}, ...wishes.map((wish) => wish.props?.(stack)));
  const configuration = wishes.reduce((file, { configure }) => configure?.(file) ?? file, {
    ...aConfigurationFile(),
    schedule,
  } as RotationConfiguration);
  const rotation = new TokenRotation(stack, 'Rotation', {
    secretPrefixes: ['influxdb/acme/'],
    configuration,
    ...props,
  });
  addOutputs(stack, rotation);
  const ofConstruct = evaluated(app.synth().getStackByName('Stack').template);
  return [ofTemplate, ofConstruct].map((each) => withoutCode(each));
}

function withoutCode(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each) =>
    key === 'Code' || key === 'Metadata' ? undefined : inList(key, each),
  );
}

/** One resource of a statement may stand alone or in a list. */
function inList(key: string, value: unknown): unknown {
  return key === 'Resource' && Array.isArray(value) && value.length === 1 ? value[0] : value;
}

it.each(Object.entries(WISHES))('the template makes what the construct makes with %s', (_name, wish) => {
  const [ofTemplate, ofConstruct] = both([wish], '1h');
  expect(ofTemplate).toEqual(ofConstruct);
});

it.each(SCHEDULES)('the template makes what the construct makes with a schedule of %s and all else', (schedule) => {
  const [, ...wishes] = Object.values(WISHES);
  const [ofTemplate, ofConstruct] = both(wishes, schedule);
  expect(ofTemplate).toEqual(ofConstruct);
});

it('the template makes what the construct makes with any of the options together', () => {
  const some = fc.uniqueArray(fc.constantFrom(...Object.keys(WISHES)));
  const schedules = fc.constantFrom(...SCHEDULES);
  fc.assert(
    fc.property(some, schedules, (names, schedule) => {
      const wishes = names.flatMap((name) => WISHES[name] ?? []);
      const [ofTemplate, ofConstruct] = both(wishes, schedule);
      expect(ofTemplate).toEqual(ofConstruct);
    }),
    { numRuns: 15 },
  );
});

it('CloudFormation would take the template, and a command without a bucket can send it', () => {
  const text = JSON.stringify(made, undefined, 1);
  expect(text.length).toBeLessThan(51_200);
  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  const file = join(folder, 'template.json');
  writeFileSync(file, text);
  const stack = new Stack(new App({ context: recommendedFlags, outdir: join(folder, 'cdk.out') }), 'Included');
  new CfnInclude(stack, 'Template', { templateFile: file });
  const reason = 'An empty parameter stands behind a condition, and no parameter is a secret.';
  const ids = ['E1150', 'F3031', 'W1030', 'W2509', 'W9052'].map((id) => ({
    id: `CloudFormation-Validate::${id}`,
    reason,
  }));
  Validations.of(stack).acknowledge(...ids);
  // CDK checks what it synthesizes against CloudFormation's schema, and throws.
  (stack.node.root as App).synth();
  rmSync(folder, { recursive: true });
});

it('every parameter is used, and has a description', () => {
  const { Parameters, ...rest } = made;
  const used = new Set([...JSON.stringify(rest).matchAll(/"Ref":"(\w+)"/g)].map(([, name]) => name));
  expect(Object.keys(Parameters ?? {}).filter((name) => !used.has(name))).toEqual([]);
  expect(Parameters).toEqual(PARAMETERS);
});

it('the page of the template has a row for every parameter, with its default, and for no other', () => {
  const [, section = ''] = readFileSync('docs/without-cdk.md', 'utf8').split('\n## CloudFormation\n');
  const [own = ''] = section.split(/^## /m);
  const rows = [...own.matchAll(/^\| (`[A-Z][\w`, ]+`) \| (.+?) \|/gm)].flatMap(([, names = '', otherwise = '']) =>
    names.split(', ').map((name) => [name.replaceAll('`', ''), otherwise.replaceAll('`', '')] as const),
  );
  const written = (value: string | number | undefined) => (value === undefined ? 'required' : String(value));
  const expected = Object.entries(PARAMETERS).map(([name, parameter]) => {
    const value = written('Default' in parameter ? parameter.Default : undefined);
    return [name, value === '' ? (parameter.Type === 'CommaDelimitedList' ? 'no VPC' : 'none') : value] as const;
  });
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
});
