import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import type { EvidenceOptions } from '../../infra/evidence.ts';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { evidenceAt } from '../../lambda/config/evidence.ts';
import { type Call, isAllowed, type Statement, statementsOf } from '../builders/a-role.ts';
import { aConfigurationFile, aRotation, aStack, KEY_ARN, REGION, templateOf } from '../builders/a-rotation.ts';

const ARN = 'arn:aws:s3:::the-evidence';

function kept(options: (stack: Stack) => EvidenceOptions | true): TokenRotation {
  const stack = aStack();
  return aRotation({ evidence: options(stack) }, stack);
}

const inBucket = (more: EvidenceOptions = {}) =>
  kept((stack) => ({ bucket: Bucket.fromBucketName(stack, 'Bucket', 'the-evidence'), prefix: 'influxdb/', ...more }));

function propertiesOf(template: Template, type: string): Record<string, unknown> {
  const [resource] = Object.values(template.findResources(type));
  return resource?.Properties ?? {};
}

function code(of: TokenRotation): string[] {
  const { outdir } = Stack.of(of).node.root as unknown as { readonly outdir: string };
  templateOf(of);
  const [asset = ''] = readdirSync(outdir).filter((name) => existsSync(join(outdir, name, 'rotation.json')));
  return readdirSync(join(outdir, asset));
}

describe('without evidence', () => {
  it.each([undefined, false])('there is no bucket, right, variable or code of it (%s)', (evidence) => {
    const rotation = aRotation({ ...(evidence !== undefined && { evidence }) });
    const text = JSON.stringify(templateOf(rotation).toJSON());
    expect(text).not.toMatch(/s3:|AWS::S3|EVIDENCE|Evidence/);
    expect(code(rotation)).toEqual(['THIRD-PARTY-NOTICES.txt', 'index.js', 'rotation.json', 'rotation.parsed.jsonl']);
  });

  it('nobody can be let read it', () => {
    const stack = aStack();
    const role = new Role(stack, 'Auditor', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    expect(() => aRotation({}, stack).grantReadEvidence(role)).toThrow('evidence: is not kept');
  });
});

describe('a bucket that the construct makes', () => {
  it('is versioned, encrypted and private, and kept for 400 days and when the stack is gone', () => {
    const template = templateOf(kept(() => true));
    expect(propertiesOf(template, 'AWS::S3::Bucket')).toMatchInlineSnapshot(`
      {
        "BucketEncryption": {
          "ServerSideEncryptionConfiguration": [
            {
              "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "AES256",
              },
            },
          ],
        },
        "LifecycleConfiguration": {
          "Rules": [
            {
              "ExpirationInDays": 400,
              "Id": "Retention",
              "Status": "Enabled",
            },
            {
              "Id": "Versions",
              "NoncurrentVersionExpiration": {
                "NoncurrentDays": 400,
              },
              "Status": "Enabled",
            },
          ],
        },
        "PublicAccessBlockConfiguration": {
          "BlockPublicAcls": true,
          "BlockPublicPolicy": true,
          "IgnorePublicAcls": true,
          "RestrictPublicBuckets": true,
        },
        "VersioningConfiguration": {
          "Status": "Enabled",
        },
      }
    `);
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('refuses what is not TLS', () => {
    const { PolicyDocument } = propertiesOf(templateOf(kept(() => true)), 'AWS::S3::BucketPolicy') as {
      readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    };
    expect(PolicyDocument.Statement.map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
      ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }],
      ['Deny', { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
    ]);
  });

  it.each(['governance', 'compliance'] as const)('can lock what it has, in the mode %s', (objectLock) => {
    const bucket = propertiesOf(
      templateOf(kept(() => ({ objectLock, retention: Duration.days(30) }))),
      'AWS::S3::Bucket',
    );
    expect(bucket).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 30, Mode: objectLock.toUpperCase() } } },
      LifecycleConfiguration: {
        Rules: [{ ExpirationInDays: 30 }, { NoncurrentVersionExpiration: { NoncurrentDays: 30 } }],
      },
    });
  });

  it('can be encrypted by a key of its own', () => {
    const template = templateOf(kept((stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) })));
    expect(propertiesOf(template, 'AWS::S3::Bucket').BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY_ARN, SSEAlgorithm: 'aws:kms' },
        },
      ],
    });
  });
});

describe('the function', () => {
  it('has what it needs for evidence in its code, and knows where it is', () => {
    const rotation = inBucket();
    expect(code(rotation)).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'evidence.THIRD-PARTY-NOTICES.txt',
      'evidence.cjs',
      'index.js',
      'rotation.json',
      'rotation.parsed.jsonl',
    ]);
    const { Environment } = propertiesOf(templateOf(rotation), 'AWS::Lambda::Function');
    expect(Environment).toEqual({ Variables: { EVIDENCE: 's3://the-evidence/influxdb/' } });
    expect(evidenceAt('s3://the-evidence/influxdb/')).toEqual({ bucket: 'the-evidence', prefix: 'influxdb/' });
  });

  it('finds the place in its configuration, where that names it', () => {
    const configuration = aConfigurationFile({ evidence: { bucket: 'the-evidence', prefix: 'influxdb/' } });
    const rotation = aRotation({ configuration });
    expect(code(rotation)).toContain('evidence.cjs');
    expect(propertiesOf(templateOf(rotation), 'AWS::Lambda::Function')).not.toHaveProperty('Environment');
    expect(statementsOf(rotation)).toEqual(statementsOf(inBucket()));
  });

  it('has a log that is kept as long as the evidence, since the anchors are in it', () => {
    expect(propertiesOf(templateOf(inBucket()), 'AWS::Logs::LogGroup')).toMatchObject({ RetentionInDays: 400 });
  });

  const file = `${ARN}/influxdb/prod/999999999998-000000000001.jsonl`;
  /** As the store puts a file: S3 takes it only if there is none of its name. */
  const add = (resource = file): Call => ({ action: 's3:PutObject', resource, context: { 's3:if-none-match': '*' } });
  const list = (prefix: string | undefined): Call => ({
    action: 's3:ListBucket',
    resource: ARN,
    context: prefix === undefined ? {} : { 's3:prefix': prefix },
  });
  const key = (operation: string, service = 's3'): Call => ({
    action: `kms:${operation}`,
    resource: KEY_ARN,
    context: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` },
  });

  it('may add, read and list the evidence of its own deployment', async () => {
    const statements = statementsOf(inBucket());
    for (const call of [add(), { action: 's3:GetObject', resource: file }, list('influxdb/prod/')])
      expect([call, await isAllowed(statements, call)]).toEqual([call, true]);
  });

  it('may change and delete none of it, and do nothing to that of another', async () => {
    const statements = statementsOf(inBucket());
    const forbidden: Call[] = [
      ...['DeleteObject', 'DeleteObjectVersion', 'PutObjectRetention', 'PutObjectAcl', 'BypassGovernanceRetention'].map(
        (operation) => ({ action: `s3:${operation}`, resource: file }),
      ),
      // Without the condition, a put replaces what is there.
      { action: 's3:PutObject', resource: file },
      ...[`${ARN}/influxdb/staging/x`, `${ARN}/influxdb/prod-2/x`, `${ARN}/x`].flatMap((resource) => [
        add(resource),
        { action: 's3:GetObject', resource },
      ]),
      ...['PutBucketVersioning', 'PutLifecycleConfiguration', 'DeleteBucket'].map((operation) => ({
        action: `s3:${operation}`,
        resource: ARN,
      })),
      ...[undefined, '', 'influxdb/', 'influxdb/staging/'].map(list),
      key('Decrypt'),
    ];
    for (const call of forbidden) expect([call, await isAllowed(statements, call)]).toEqual([call, false]);
  });

  it('may use the key of the bucket, through S3 alone', async () => {
    const stack = aStack();
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const bucket = Bucket.fromBucketName(stack, 'Bucket', 'the-evidence');
    const statements = statementsOf(aRotation({ evidence: { bucket, encryptionKey } }, stack));
    expect(await isAllowed(statements, key('Decrypt'))).toBe(true);
    expect(await isAllowed(statements, key('GenerateDataKey'))).toBe(true);
    expect(await isAllowed(statements, key('Decrypt', 'secretsmanager'))).toBe(false);
  });

  it('needs each of these rights', async () => {
    const statements = statementsOf(inBucket());
    const calls = [add(), { action: 's3:GetObject', resource: file }, list('influxdb/prod/')];
    for (const sid of ['AddEvidence', 'ReadEvidence', 'FindEvidence']) {
      const rest = statements.filter(({ Sid }) => Sid !== sid);
      const refused = await Promise.all(calls.map(async (call) => !(await isAllowed(rest, call))));
      expect(refused).toContain(true);
    }
  });
});

it('an auditor may read and list it, and nothing more', async () => {
  const stack = aStack();
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'the-evidence');
  const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);
  const rotation = aRotation({ evidence: { bucket, encryptionKey } }, stack);
  rotation.grantReadEvidence(new Role(stack, 'Auditor', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
  const policies = Object.entries(templateOf(rotation).findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith('Auditor')) ?? [];
  const actions = policy?.Properties.PolicyDocument.Statement.map(({ Action, Condition }: Statement) => [
    Action,
    Condition,
  ]);
  expect(actions).toEqual([
    ['s3:GetObject', undefined],
    ['s3:ListBucket', { StringEquals: { 's3:prefix': 'prod/' } }],
    ['kms:Decrypt', { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } }],
  ]);
});
