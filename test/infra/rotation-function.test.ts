import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TokenRotation } from '../../infra/token-rotation.ts';
import { deployedConfiguration } from '../../lambda/config/deployed.ts';
import { buildIn, PARSED_FILE, readParsed } from '../../lambda/config/parsed-form.ts';
import { aConfigurationFile, aRotation, aRotationWithEverything, templateOf } from '../builders/a-rotation.ts';

let rotation: TokenRotation;
let template: Template;
beforeAll(() => {
  rotation = aRotation();
  template = templateOf(rotation);
});

/** The folder that is uploaded as the function's code. */
function codeOf(of: TokenRotation): string {
  const { outdir } = Stack.of(of).node.root as unknown as { readonly outdir: string };
  templateOf(of);
  const [asset] = readdirSync(outdir).filter(
    (name) => name.startsWith('asset.') && existsSync(join(outdir, name, 'rotation.json')),
  );
  return join(outdir, asset ?? '');
}

describe('the function', () => {
  it('is what the configuration says, with no environment', () => {
    const [handler] = Object.values(template.findResources('AWS::Lambda::Function'));
    const { Code: _code, Role: _role, LoggingConfig: _logging, ...rest } = handler?.Properties ?? {};
    expect(rest).toMatchInlineSnapshot(`
      {
        "Architectures": [
          "arm64",
        ],
        "Description": "Rotates the InfluxDB tokens of prod",
        "Handler": "index.handler",
        "MemorySize": 256,
        "Runtime": "nodejs24.x",
        "Timeout": 900,
      }
    `);
  });

  it('has options', () => {
    templateOf(aRotationWithEverything()).hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      ReservedConcurrentExecutions: 1,
      TracingConfig: { Mode: 'Active' },
      VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: [Match.anyValue()] },
    });
  });

  it('is the built handler with the configuration beside it, and nothing else', () => {
    const folder = codeOf(rotation);
    expect(readdirSync(folder)).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'index.js',
      'rotation.json',
      'rotation.parsed.jsonl',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'rotation.json'), 'utf8'))).toEqual(aConfigurationFile());
  });

  it.each([
    ['as configured', () => aRotation(), {}],
    ['with a mode of the construct', () => aRotation({ mode: 'plan' }), {}],
    [
      'with evidence of the construct',
      () => aRotation({ evidence: true }),
      { EVIDENCE: 's3://made-by-cloudformation/' },
    ],
  ])('has the configuration in parsed form, too, which means the same: %s', async (_, rotation, environment) => {
    const folder = codeOf(rotation());
    const file = readFileSync(join(folder, 'rotation.json'));
    const isEvidenceElsewhere = 'EVIDENCE' in environment;
    const build = buildIn(readFileSync(join(folder, 'index.js'), 'utf8')) ?? '';
    const parsed = readParsed(readFileSync(join(folder, PARSED_FILE)), { file, build, isEvidenceElsewhere });
    const written = await deployedConfiguration({ file, parsed: undefined }, environment);
    expect({ ...parsed, evidence: undefined }).toStrictEqual({ ...written, evidence: undefined });
  });

  it('only plans where the construct says so', () => {
    const folder = codeOf(aRotation({ configuration: 'demo/rotation.json', allowLoopback: true, mode: 'plan' }));
    expect(JSON.parse(readFileSync(join(folder, 'rotation.json'), 'utf8'))).toEqual({
      ...JSON.parse(readFileSync('demo/rotation.json', 'utf8')),
      mode: 'plan',
    });
  });

  it('is not retried, and tells a queue when it failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('FailedRuns'), 'Arn'] } },
      },
    });
  });

  it('has a log that is kept for three months, also when the stack is gone', () => {
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
  });
});
