import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it, vi } from 'vitest';
import { TokenRotation, type TokenRotationProps } from '../../infra/token-rotation.ts';
import { TokenRotationStack } from '../../infra/token-rotation-stack.ts';
import { aConfigurationFile, anApp, KEY_ARN } from '../builders/a-rotation.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** What cdk-nag's packs for AWS solutions and for serverless find: rule and construct. */
function findings(build: (app: App) => void): string[] {
  const app = anApp();
  build(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
    return [];
  } catch {
    const report: Report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
    return report.pluginReports
      .flatMap(({ violations }) => violations)
      .flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map((at) => `${ruleName} ${at.constructPath}`),
      );
  } finally {
    stderr.mockRestore();
  }
}

function findingsOf(options: (stack: Stack) => Partial<TokenRotationProps>): string[] {
  return findings((app) => {
    const stack = new Stack(app, 'Stack');
    new TokenRotation(stack, 'Rotation', {
      configuration: 'demo/rotation.json',
      allowLoopback: true,
      ...options(stack),
    });
  });
}

it('cdk-nag finds nothing in the stack for people who write no CDK', () => {
  const nothing = { alarmTopicArn: undefined, secretPrefixes: undefined, runbookUrl: undefined, allowLoopback: true };
  expect(
    findings((app) => new TokenRotationStack(app, 'Stack', { configuration: 'demo/rotation.json', ...nothing })),
  ).toEqual([]);
});

it('cdk-nag finds nothing in a construct with secrets, a key, evidence, a VPC and a dashboard', () => {
  const found = findingsOf((stack) => ({
    createSecrets: true,
    dashboard: true,
    configRule: true,
    encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
    evidence: { objectLock: 'compliance', encryptionKey: Key.fromKeyArn(stack, 'KeyOfEvidence', KEY_ARN) },
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d',
      availabilityZones: ['a'],
      privateSubnetIds: ['subnet-0a1b2c3d'],
    }),
  }));
  expect(found).toEqual([]);
});

it('cdk-nag finds in a construct in batches nothing but the prefixes that it must be given', () => {
  const found = findings((app) => {
    const stack = new Stack(app, 'Stack');
    new TokenRotation(stack, 'Rotation', {
      configuration: {
        deployment: 'prod',
        influxdb: { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' },
        defaults: { owner: 'svc' },
      },
      scale: 'distributed',
      secretPrefixes: ['influxdb/acme/'],
      batches: { manifest: { bucket: Bucket.fromBucketName(stack, 'Manifests', 'manifests'), key: 'consumers.jsonl' } },
    });
  });
  expect(found.filter((each) => !each.endsWith('/Rotation/Role/Resource'))).toEqual([]);
});

it('cdk-nag finds nothing in a construct whose secrets take managed policies', () => {
  const names = Array.from({ length: 120 }, (_, index) => `c${index}`);
  const consumers = names.map((name) => ({ name, secret: `influxdb/${name}`, owner: 'svc', read: ['telemetry'] }));
  expect(findingsOf(() => ({ configuration: aConfigurationFile({ consumers }) }))).toEqual([]);
});

it('cdk-nag finds nothing in a construct with evidence', () => {
  expect(findingsOf(() => ({ evidence: true }))).toEqual([]);
});

it('cdk-nag shows what was chosen by an option: a prefix of secrets, and the rights of X-Ray', () => {
  expect(findingsOf(() => ({ secretPrefixes: ['influxdb/acme/'], tracing: true }))).toMatchInlineSnapshot(`
    [
      "AwsSolutions-IAM5[Resource::*] Stack/Rotation/Role/DefaultPolicy/Resource",
      "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:influxdb/acme/*] Stack/Rotation/Role/Resource",
    ]
  `);
});
