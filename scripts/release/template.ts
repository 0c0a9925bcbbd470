import packageJson from '../../package.json' with { type: 'json' };
import { foldObjects } from './fold-options.ts';
import { foldSchedules, MAPPING } from './fold-schedules.ts';
import { OPTIONS, type Option, type OptionName, templateWith } from './generic-stack.ts';
import { isPlain, type Json, type JsonObject } from './json.ts';
import { PARAMETERS, SCHEDULES, USUAL_SCHEDULE } from './parameters.ts';

/**
 * The CloudFormation template for those who write no CDK code: what the construct makes, made of what it makes with each
 * option and each schedule. So it cannot differ from it.
 */
export function template(): JsonObject {
  const names = Object.keys(OPTIONS) as OptionName[];
  const conditions = new Conditions();
  const base = templateWith([], USUAL_SCHEDULE);
  const variants = new Map(names.map((name) => [name as string, templateWith([name], USUAL_SCHEDULE)]));
  const section = (key: string) => (from: JsonObject) => (from[key] ?? {}) as JsonObject;
  const folded = {
    Resources: foldResources(section('Resources')(base), mapValues(variants, section('Resources')), conditions),
    Outputs: section('Outputs')(base),
  };
  // Without that option, which takes an alarm away.
  const everything = names.filter((name) => name !== 'Unscheduled');
  const bySchedule = new Map(
    SCHEDULES.map((schedule) => [
      schedule as string,
      { Resources: templateWith(everything, schedule).Resources ?? {} },
    ]),
  );
  const scheduled = foldSchedules(folded, bySchedule);
  for (const [name, without] of scheduled.conditions) conditions.addExceptFor(name, without);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Rotates InfluxDB tokens that are kept in Secrets Manager: ${packageJson.homepage}`,
    Parameters: PARAMETERS as unknown as JsonObject,
    Mappings: { [MAPPING]: scheduled.mapping },
    Conditions: conditions.all(),
    ...scheduled.template,
  };
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, change: (value: From) => To): ReadonlyMap<string, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

/** A resource that only some have gets a condition. */
function foldResources(
  base: JsonObject,
  variants: ReadonlyMap<string, JsonObject>,
  conditions: Conditions,
): JsonObject {
  const folded = foldObjects(base, variants, (options) => conditions.anyOf(options));
  const entries = Object.entries(folded).map(([id, resource]) => {
    if (isPlain(resource)) return [id, resource] as const;
    const [condition, then, otherwise] = (resource as unknown as { 'Fn::If': [string, Json, Json] })['Fn::If'];
    return isPlain(then)
      ? ([id, { ...then, Condition: condition }] as const)
      : ([id, { ...(otherwise as JsonObject), Condition: conditions.not(condition) }] as const);
  });
  return Object.fromEntries(entries);
}

/** Collects the conditions that the template needs. */
class Conditions {
  readonly #all = new Map<string, Json>([['HasAlarmTopic', isGiven('AlarmTopicArn')]]);

  anyOf(options: readonly string[]): string {
    for (const name of options) this.#all.set(name, isOn(OPTIONS[name as OptionName]));
    const [first = ''] = options;
    if (options.length === 1) return first;
    const name = options.join('Or');
    this.#all.set(name, { 'Fn::Or': options.map((Condition) => ({ Condition })) });
    return name;
  }

  not(condition: string): string {
    this.#all.set(`Not${condition}`, { 'Fn::Not': [{ Condition: condition }] });
    return `Not${condition}`;
  }

  addExceptFor(name: string, schedules: readonly string[]): void {
    const one: Json[] = schedules.map((schedule) => ({ 'Fn::Equals': [{ Ref: 'Schedule' }, schedule] }));
    const [only = ''] = one;
    this.#all.set(name, { 'Fn::Not': [one.length === 1 ? only : { 'Fn::Or': one }] });
  }

  all(): JsonObject {
    return Object.fromEntries(this.#all);
  }
}

function isOn({ parameter, value }: Option): Json {
  return value === undefined ? isGiven(parameter) : { 'Fn::Equals': [{ Ref: parameter }, value] };
}

function isGiven(parameter: keyof typeof PARAMETERS): Json {
  const { Type, Default = '' }: { Type: string; Default?: string | number } = PARAMETERS[parameter];
  const value: Json = Type === 'CommaDelimitedList' ? { 'Fn::Join': ['', { Ref: parameter }] } : { Ref: parameter };
  return { 'Fn::Not': [{ 'Fn::Equals': [value, Default] }] };
}
