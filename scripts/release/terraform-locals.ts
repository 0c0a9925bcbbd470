import { MAPPING } from './fold-schedules.ts';
import { isPlain, type Json, type JsonObject } from './json.ts';

/** What the module calls what the template refers to. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::Partition': 'data.aws_partition.current.partition',
  'AWS::Region': 'data.aws_region.current.region',
  'AWS::AccountId': 'data.aws_caller_identity.current.account_id',
  LogGroup: 'aws_cloudwatch_log_group.log',
  FailedRuns: 'aws_sqs_queue.failed_runs',
  LostSchedules: 'aws_sqs_queue.lost_schedules',
  Function: 'aws_lambda_function.rotation',
};

const ATTRIBUTES: Readonly<Record<string, string>> = { Arn: 'arn', QueueName: 'name' };

/**
 * The part of the Terraform module that says what the function may do, and what the alarms watch, made of the template. So
 * it cannot differ from it. It is Terraform's own syntax in JSON.
 */
export function terraformLocals(template: JsonObject): JsonObject {
  const resources = Object.entries(template.Resources as unknown as Readonly<Record<string, Resource>>);
  const conditions = template.Conditions as JsonObject;
  const [, role] = resources.find(([id]) => nameOf(id) === 'Role') ?? [];
  const [policy] = (role?.Properties.Policies ?? []) as readonly { PolicyDocument: { Statement: readonly Json[] } }[];
  const statements = (policy?.PolicyDocument.Statement ?? []).map((each) => conditional(each, conditions));
  const alarms = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  const [schedules] = [(template.Mappings as Readonly<Record<string, JsonObject>>)[MAPPING] ?? {}];
  return {
    locals: {
      statements: statements.filter(({ on }) => on === true).map(({ value }) => translated(value)),
      optional_statements: Object.fromEntries(
        statements
          .filter(({ on, value }) => on !== true && sidOf(value) !== 'AnswerConfigRule')
          .map(({ on, value }) => [sidOf(value), { on, statement: translated(value) }]),
      ),
      alarms: Object.fromEntries(
        alarms.map(([id, alarm]) => [nameOf(id).replace('Alarms', ''), ofAlarm(alarm, conditions)]),
      ),
      schedules: Object.fromEntries(
        Object.entries(schedules).map(([name, each]) => [name, snaked(each as JsonObject)]),
      ),
    },
  };
}

export interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly Condition?: string;
}

/** Its logical id without the construct's id and the hash. */
export function nameOf(id: string): string {
  return id.replace(/^Rotation/, '').replace(/[0-9A-F]{8}$/, '');
}

function sidOf(statement: Json): string {
  return String((statement as JsonObject).Sid);
}

function conditional(value: Json, conditions: JsonObject): { readonly on: Json; readonly value: Json } {
  const [name = '', then = ''] = ((value as JsonObject)['Fn::If'] ?? []) as readonly Json[];
  if (name === '') return { on: true, value };
  return { on: `\${${conditionOf({ Condition: name }, conditions)}}`, value: then };
}

function ofAlarm({ Properties, Condition }: Resource, conditions: JsonObject): JsonObject {
  const { AlarmActions: _, OKActions: __, AlarmDescription = '', Dimensions = [], ...rest } = Properties;
  const pairs = (Dimensions as readonly JsonObject[]).map(({ Name, Value = '' }) => [String(Name), translated(Value)]);
  return {
    on: Condition === undefined ? true : `\${${conditionOf({ Condition }, conditions)}}`,
    description: translated(AlarmDescription),
    dimensions: Object.fromEntries(pairs),
    ...snaked(translated(rest) as JsonObject),
  };
}

function snaked(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [snake(key), value]));
}

export function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

/** A value of the template in Terraform's JSON, where an expression is a text like `${var.deployment}`. */
export function translated(value: Json): Json {
  if (Array.isArray(value)) return value.map(translated);
  if (typeof value !== 'object') return value;
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, translated(each)]));
  const [[key = '', argument = ''] = []] = Object.entries(value);
  if (key === 'Fn::Join') return ((argument as readonly Json[])[1] as readonly Json[]).map(translated).join('');
  if (key === 'Fn::Sub') return String(argument).replaceAll(/\$\{(\w+)\}/g, (_all, name) => `\${var.${snake(name)}}`);
  return `\${${expressionOf(key, argument)}}`;
}

function expressionOf(key: string, argument: Json): string {
  if (key === 'Ref') {
    const name = NAMES[String(argument)] ?? NAMES[nameOf(String(argument))];
    return name === undefined
      ? `var.${snake(String(argument))}`
      : name.startsWith('data.')
        ? name
        : `${name}.function_name`;
  }
  if (key === 'Fn::GetAtt') {
    const [id, attribute] = argument as readonly string[];
    return `${NAMES[nameOf(id ?? '')]}.${ATTRIBUTES[attribute ?? '']}`;
  }
  if (key === 'Fn::FindInMap')
    return `local.schedules[var.schedule].${snake(String((argument as readonly Json[])[2]))}`;
  throw new Error(`the module knows no ${key}`);
}

function conditionOf(condition: Json, conditions: JsonObject): string {
  const [[key = '', argument = ''] = []] = Object.entries(condition as JsonObject);
  const of = (each: Json) => conditionOf(each, conditions);
  if (key === 'Condition') return of(conditions[String(argument)] ?? '');
  if (key === 'Fn::Or') return (argument as readonly Json[]).map(of).join(' || ');
  if (key === 'Fn::Not') return `!(${of((argument as readonly Json[])[0] ?? '')})`;
  const [left = '', right] = argument as readonly Json[];
  const { Ref, 'Fn::Join': joined } = left as JsonObject;
  if (joined !== undefined)
    return `length(${expressionOf('Ref', ((joined as readonly Json[])[1] as JsonObject).Ref ?? '')}) == 0`;
  const variable = `var.${snake(String(Ref))}`;
  if (right === '') return `${variable} == ""`;
  return right === 'true' ? variable : `!${variable}`;
}
