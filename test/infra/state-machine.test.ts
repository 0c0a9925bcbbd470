import aslValidator from 'asl-validator';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { BatchOptions } from '../../infra/batches.ts';
import type { TokenRotationProps } from '../../infra/token-rotation.ts';
import { aDistributed, COMMON, definitionOf } from '../builders/a-distributed.ts';
import { aConfigurationFile, aRotation, templateOf } from '../builders/a-rotation.ts';

describe('the state machine', () => {
  it('is valid in the states language', () => {
    const { isValid, errorsText } = aslValidator(definitionOf(aDistributed()));
    expect([errorsText('\n'), isValid]).toEqual(['', true]);
  });

  it('bounds the batches at the same time, and tolerates failed ones, but no failed look', () => {
    const { States } = definitionOf(aDistributed({}, { maxConcurrency: 7, toleratedFailurePercentage: 25 }));
    expect(States.Look).toMatchObject({ MaxConcurrency: 7 });
    expect(States.Look.ToleratedFailurePercentage ?? 0).toBe(0);
    expect(States.Rotate).toMatchObject({ MaxConcurrency: 7, ToleratedFailurePercentage: 25 });
  });

  it('sums up whatever became of the batches', () => {
    const { States } = definitionOf(aDistributed());
    const always = [{ ErrorEquals: ['States.ALL'], Next: 'SumUp' }];
    expect([States.Look, States.Rotate]).toMatchObject([{ Catch: always }, { Catch: always, Next: 'SumUp' }]);
  });

  it('is what the schedule begins', () => {
    const template = templateOf(aDistributed());
    const [schedule] = Object.values(template.findResources('AWS::Scheduler::Schedule'));
    expect(JSON.stringify(schedule?.Properties.Target.Arn)).toContain('StateMachine');
  });

  it('ends after the longest run', () => {
    expect(definitionOf(aDistributed({}, { longestRun: Duration.hours(3) })).TimeoutSeconds).toBe(10_800);
  });
});

describe('without scale', () => {
  it('there is no state machine, bucket, right, variable or code of it', () => {
    const text = JSON.stringify(templateOf(aRotation()).toJSON());
    expect(text).not.toMatch(/StepFunctions|states:|SCALE|s3:|AWS::S3|Planner/);
  });
});

describe('the planner', () => {
  it('may read the manifest, with its key, and no secret', () => {
    const roles = templateOf(aDistributed()).findResources('AWS::IAM::Role');
    const [[, planner] = []] = Object.entries(roles).filter(([id]) => id.includes('PlannerRole'));
    const [{ PolicyDocument } = { PolicyDocument: undefined }] = planner?.Properties.Policies ?? [];
    const statements: readonly { readonly Sid: string; readonly Resource: unknown }[] = PolicyDocument?.Statement;
    const sids = ['ReadManifest', 'UseKeyOfManifest', 'PassOnWork', 'FindWork', 'WriteLog'];
    expect(statements.map(({ Sid }) => Sid)).toEqual(sids);
    expect(JSON.stringify(statements[0]?.Resource)).toContain(':s3:::the-manifests/prod/consumers.jsonl');
  });
});

describe('a deployment in batches is refused', () => {
  it.each<[string, Partial<TokenRotationProps>, string]>([
    ['without prefixes', { secretPrefixes: undefined as never }, 'secretPrefixes: is missing'],
    ['with evidence', { evidence: true }, 'evidence: is not possible'],
    ['with a rule of AWS Config', { configRule: true }, 'configRule: is not possible'],
    ['with secrets to create', { createSecrets: true }, 'createSecrets: is not possible'],
    ['without batches', { batches: undefined as never }, 'batches: is missing'],
    ['without scale', { scale: undefined as never, configuration: aConfigurationFile() }, 'batches: needs "scale"'],
  ])('%s', (_, more, said) => {
    expect(() => aDistributed(more)).toThrow(said);
  });

  it.each<[string, Partial<BatchOptions>, string]>([
    ['batches of none', { size: 0 }, 'batches.size: must be a whole number from 1 to 10000'],
    ['batches that have no end', { size: 5000 }, 'batches.size: is too large'],
    ['a part of a batch', { maxConcurrency: 1.5 }, 'batches.maxConcurrency: must be a whole number'],
    ['a percentage of more than all', { toleratedFailurePercentage: 101 }, 'from 0 to 100'],
  ])('with %s', (_, batches, said) => {
    expect(() => aDistributed({}, batches)).toThrow(said);
  });

  it.each<[string, object, string]>([
    ['consumers', { consumers: aConfigurationFile().consumers }, 'consumers: must be left out'],
    ['canaries', { canaries: { consumers: ['a'] } }, 'canaries: cannot be waited for'],
    ['its own token', { influxdb: { ...COMMON.influxdb, self: {} } }, 'influxdb.self: cannot be rotated'],
    ['evidence', { evidence: { bucket: 'the-evidence' } }, 'evidence: cannot be kept'],
    ['news', { news: { topic: 'arn:aws:sns:eu-central-1:123456789012:x' } }, 'news: cannot be told'],
    ['Security Hub', { securityHub: true }, 'securityHub: cannot be told'],
    ['a cap', { limits: { maxMissingPerRun: 5 } }, 'limits.maxMissingPerRun: cannot be divided'],
    ['another cap', { limits: { maxRetirementsPerRun: 5 } }, 'limits.maxRetirementsPerRun: cannot be divided'],
    ['rotation by Secrets Manager', { defaults: { rotation: 'secrets-manager' } }, 'defaults.rotation: must be'],
    ['owners to be made', { defaults: { createOwner: true } }, 'defaults.createOwner: must be false'],
    ['secrets to be made', { defaults: { createSecret: true } }, 'defaults.createSecret: must be false'],
    ['a wrong default', { defaults: { rotateEvery: '1h' } }, 'defaults.'],
  ])('with %s in its configuration', (_, more, said) => {
    expect(() => aDistributed({}, {}, more)).toThrow(said);
  });
});
