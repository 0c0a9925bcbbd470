import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVENT_BUS_VARIABLE } from '../../lambda/config/event-bus.ts';
import { EVIDENCE_VARIABLE } from '../../lambda/config/evidence.ts';
import { NEWS_TOPIC_VARIABLE } from '../../lambda/config/news.ts';
import { RUNBOOK_VARIABLE } from '../../lambda/config/runbook.ts';
import { type Json, type JsonObject, mapped } from '../../scripts/release/json.ts';
import { PARAMETERS } from '../../scripts/release/parameters.ts';
import { template } from '../../scripts/release/template.ts';
import { nameOf, type Resource, snake, terraformLocals, translated } from '../../scripts/release/terraform-locals.ts';
import { blocksOf } from '../pages/blocks.ts';

const FOLDER = 'scripts/release/terraform';

interface Module {
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly JsonObject[]>>>>;
  readonly variable: Readonly<Record<string, readonly Variable[]>>;
  readonly data: JsonObject;
  readonly output: JsonObject;
  readonly locals: readonly JsonObject[];
}

interface Variable {
  readonly default?: Json;
  readonly description: string;
  readonly validation?: readonly { readonly condition: string }[];
}

// Neither Terraform nor OpenTofu can be had from the registries that tests use: nothing here plans or applies the module.
let module: Module;
let text: string;
let locals: JsonObject;
let outputs: readonly string[];
let resources: readonly (readonly [id: string, resource: Resource])[];
beforeAll(async () => {
  const made = template();
  outputs = Object.keys(made.Outputs ?? {}).map((id) => id.replace(/^Rotation/, ''));
  ({ locals } = terraformLocals(made) as { readonly locals: JsonObject });
  resources = Object.entries(made.Resources as unknown as Readonly<Record<string, Resource>>);
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.tf'));
  text = files.map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('\n');
  module = (await parse('module.tf', text)) as unknown as Module;
});

/** A resource of the construct without options, as Terraform writes its values. */
function ofConstruct<T>(name: string): T {
  const [, resource] = resources.find(([id]) => nameOf(id) === name) ?? [];
  const withoutOptions = mapped(resource?.Properties ?? {}, (value) =>
    isIf(value) ? (value['Fn::If'][2] ?? '') : value,
  );
  return translated(withoutOptions) as T;
}

function isIf(value: Json): value is { readonly 'Fn::If': readonly Json[] } {
  return typeof value === 'object' && 'Fn::If' in value;
}

function ofModule(type: string, name: string): JsonObject {
  return module.resource[type]?.[name]?.[0] ?? {};
}

/** What a call of jsonencode in the module has in its brackets. */
async function encoded(expression: Json | undefined): Promise<Json> {
  const [, inner = ''] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(String(expression)) ?? [];
  const parsed = (await parse('inner.tf', `inner = ${inner}`)) as unknown as { readonly inner: Json };
  return parsed.inner;
}

describe('the Terraform module has what the construct makes:', () => {
  it('the function', () => {
    const { Handler, Runtime, Architectures, Description } = ofConstruct<JsonObject>('Function');
    expect(ofModule('aws_lambda_function', 'rotation')).toMatchObject({
      handler: Handler,
      runtime: Runtime,
      architectures: Architectures,
      description: `\${local.description}`,
      role: `\${aws_iam_role.rotation.arn}`,
    });
    expect(module.locals[0]?.description).toBe(Description);
    for (const name of [EVENT_BUS_VARIABLE, NEWS_TOPIC_VARIABLE, EVIDENCE_VARIABLE, RUNBOOK_VARIABLE])
      expect(module.locals[0]?.environment).toContain(`{ ${name} = `);
  });

  it('what becomes of a failed run', () => {
    const { Qualifier, MaximumRetryAttempts, DestinationConfig } = ofConstruct<{
      readonly Qualifier: string;
      readonly MaximumRetryAttempts: number;
      readonly DestinationConfig: { readonly OnFailure: { readonly Destination: string } };
    }>('FunctionEventInvokeConfig');
    expect(ofModule('aws_lambda_function_event_invoke_config', 'rotation')).toMatchObject({
      qualifier: Qualifier,
      maximum_retry_attempts: MaximumRetryAttempts,
      destination_config: [{ on_failure: [{ destination: DestinationConfig.OnFailure.Destination }] }],
    });
  });

  it.each([
    ['failed_runs', 'FailedRuns'],
    ['lost_schedules', 'LostSchedules'],
  ])('the queue %s, by TLS only', async (name, id) => {
    const { MessageRetentionPeriod, SqsManagedSseEnabled } = ofConstruct<JsonObject>(id);
    expect(ofModule('aws_sqs_queue', name)).toEqual({
      message_retention_seconds: MessageRetentionPeriod,
      sqs_managed_sse_enabled: SqsManagedSseEnabled,
    });
    const policy = JSON.stringify(await encoded(ofModule('aws_sqs_queue_policy', 'tls').policy));
    const ofThis = JSON.parse(policy.replace('each.value.arn', `aws_sqs_queue.${name}.arn`));
    expect(ofThis).toEqual(ofConstruct<JsonObject>(`${id}Policy`).PolicyDocument);
  });

  it.each([
    ['rotation', 'Role'],
    ['schedule', 'ScheduleRole'],
  ])('who may take on the role %s', async (name, id) => {
    const role = ofModule('aws_iam_role', name);
    expect(await encoded(role.assume_role_policy)).toEqual(ofConstruct<JsonObject>(id).AssumeRolePolicyDocument);
  });

  it('the rights of the schedule', async () => {
    const { Policies } = ofConstruct<{ readonly Policies: readonly JsonObject[] }>('ScheduleRole');
    const { policy } = ofModule('aws_iam_role_policy', 'schedule');
    expect(await encoded(policy)).toEqual(Policies[0]?.PolicyDocument);
  });

  it('the rights of the function, without that to answer AWS Config', () => {
    const { statements, optional_statements } = locals as {
      readonly statements: readonly JsonObject[];
      readonly optional_statements: JsonObject;
    };
    const [, role] = resources.find(([id]) => nameOf(id) === 'Role') ?? [];
    const all = [...JSON.stringify(role).matchAll(/"Sid":"(\w+)"/g)].map(([, sid]) => sid);
    const here = [...statements.map(({ Sid }) => Sid), ...Object.keys(optional_statements), 'AnswerConfigRule'];
    expect(here.toSorted()).toEqual(all.toSorted());
    const { policy } = ofModule('aws_iam_role_policy', 'rotation');
    expect(policy).toContain(
      'concat(local.statements, [for optional in local.optional_statements : optional.statement if optional.on])',
    );
  });

  it('the schedule', () => {
    const { Description, ScheduleExpressionTimezone, Target } = ofConstruct<{
      readonly Description: string;
      readonly ScheduleExpressionTimezone: string;
      readonly Target: { Arn: string; Input: string; DeadLetterConfig: { Arn: string }; RetryPolicy: JsonObject };
    }>('Schedule');
    expect(ofModule('aws_scheduler_schedule', 'runs')).toMatchObject({
      description: Description,
      schedule_expression_timezone: ScheduleExpressionTimezone,
      target: [
        {
          arn: Target.Arn,
          input: Target.Input,
          dead_letter_config: [{ arn: Target.DeadLetterConfig.Arn }],
          retry_policy: [{ maximum_retry_attempts: Target.RetryPolicy.MaximumRetryAttempts }],
        },
      ],
    });
  });

  it('an alarm for each of the construct, with every property that one has', () => {
    const alarms = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect(Object.keys(locals.alarms ?? {})).toEqual(alarms.map(([id]) => nameOf(id).replace('Alarms', '')));
    const names = alarms.flatMap(([, { Properties }]) => Object.keys(Properties));
    const properties = names.map((name) => (name === 'OKActions' ? 'ok_actions' : snake(name)));
    const { for_each: _, alarm_name: __, ...set } = ofModule('aws_cloudwatch_metric_alarm', 'alarms');
    expect(Object.keys(set).toSorted()).toEqual([...new Set(properties)].toSorted());
  });
});

it('every parameter of the template is a variable of the module, with the same default', () => {
  const without = ['CodeS3Bucket', 'CodeS3Key', 'ConfigRule'];
  const expected = Object.entries(PARAMETERS).filter(([name]) => !without.includes(name));
  const { zip, function_name, ...variables } = module.variable;
  const defaults = Object.entries(variables).map(([name, [variable]]) => [name, variable?.default]);
  expect(Object.fromEntries(defaults)).toEqual(
    Object.fromEntries(
      expected.map(([name, parameter]) => {
        const value = 'Default' in parameter ? parameter.Default : undefined;
        const isList = parameter.Type === 'CommaDelimitedList';
        const isFlag = value === 'true' || value === 'false';
        return [snake(name), isList && value === '' ? [] : isFlag ? value === 'true' : value];
      }),
    ),
  );
  const described = [zip, function_name, ...Object.values(variables)].map((each) => each?.[0]?.description ?? '');
  expect(described.filter((description) => !/\.$/.test(description))).toEqual([]);
  const condition = module.variable.schedule?.[0]?.validation?.[0]?.condition ?? '';
  expect(JSON.parse(/\[.*\]/.exec(condition)?.[0] ?? '')).toEqual(PARAMETERS.Schedule.AllowedValues);
});

it('whatever the module refers to is in it, and each variable is used', () => {
  const all = `${text}\n${JSON.stringify(locals)}`;
  const referred = (pattern: RegExp) =>
    [...new Set([...all.matchAll(pattern)].map(([, name = '']) => name))].toSorted();
  expect(referred(/\bvar\.(\w+)/g)).toEqual(Object.keys(module.variable).toSorted());
  const there = Object.entries(module.resource).flatMap(([type, each]) =>
    Object.keys(each).map((name) => `${type}.${name}`),
  );
  expect(referred(/(?<!data\.)\b(aws_\w+\.\w+)\./g).filter((name) => !there.includes(name))).toEqual([]);
  const known = [...Object.keys(locals), ...Object.keys(module.locals[0] ?? {})];
  expect(referred(/\blocal\.(\w+)/g).filter((name) => !known.includes(name))).toEqual([]);
  expect(referred(/\bdata\.(aws_\w+)\.current/g)).toEqual(Object.keys(module.data).toSorted());
});

const pageHcl = () =>
  blocksOf('docs/without-cdk.md')
    .filter(({ language }) => language === 'hcl')
    .map((block) => block.text)
    .join('\n');

it('the page gives the module all that it needs, and nothing that it does not know', async () => {
  const { module: called } = (await parse('page.tf', pageHcl())) as unknown as {
    readonly module: { readonly token_rotation: readonly JsonObject[] };
  };
  const { source: _, ...given } = called.token_rotation[0] ?? {};
  expect(Object.keys(given).filter((name) => !(name in module.variable))).toEqual([]);
  const needed = Object.entries(module.variable).filter(([, [variable]]) => variable?.default === undefined);
  expect(needed.map(([name]) => name).filter((name) => !(name in given))).toEqual([]);
});

it('the page has a row for every output of the template and of the module, with what is alike side by side', () => {
  const rows = readFileSync('docs/without-cdk.md', 'utf8').matchAll(/^\| `(\w+)` \| `([a-z]+_\w+)` \|/gm);
  const pairs = [...rows].map(([, ofTemplate = '', ofModule = '']) => [ofTemplate, ofModule]);
  expect(pairs).toEqual(outputs.map((name) => [name, snake(name)]));
  expect(pairs.map(([, ofModule]) => ofModule).toSorted()).toEqual(Object.keys(module.output).toSorted());
});

it('the page says how many resources the module makes', () => {
  const made = Object.values(module.resource).flatMap((named) => Object.entries(named));
  const each = made.filter(([, [body]]) => body?.for_each === undefined).length;
  const alarms = Object.values(locals.alarms as unknown as Readonly<Record<string, { on: Json }>>);
  const queues = Object.keys(module.resource.aws_sqs_queue ?? {}).length;
  const [, all, withEvidence] =
    /adds (\d+) resources of the module, or (\d+) if/.exec(readFileSync('docs/without-cdk.md', 'utf8')) ?? [];
  const withoutEvidence = alarms.filter(({ on }) => !String(on).includes('evidence_bucket')).length;
  expect([Number(all), Number(withEvidence)]).toEqual([each + queues + withoutEvidence, each + queues + alarms.length]);
});
