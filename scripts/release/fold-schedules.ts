import { isDeepStrictEqual } from 'node:util';
import { isPlain, type Json, type JsonObject } from './json.ts';

export const MAPPING = 'Schedules';

/** The template for all schedules, and what differs between them: a value for each name, for each schedule. */
export interface FoldedSchedules {
  readonly template: JsonObject;
  readonly mapping: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The schedules for which something is there that is not there for the others, by the condition's name. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

/**
 * Replaces in a template what differs between schedules.
 * @param template is for one of the schedules, and may have conditions.
 * @param variants of another template for each schedule: what differs between them.
 */
export function foldSchedules(template: JsonObject, variants: ReadonlyMap<string, JsonObject>): FoldedSchedules {
  const mapping = Object.fromEntries([...variants.keys()].map((schedule) => [schedule, {} as Record<string, string>]));
  const conditions = new Map<string, readonly string[]>();

  const walk = (value: Json | undefined, of: ReadonlyMap<string, Json | undefined>, key: string): Json | undefined => {
    const all = [...of.values()];
    if (all.every((each) => isDeepStrictEqual(each, all[0]))) return value;
    if (all.every(isPlain)) {
      const keys = [...new Set(all.flatMap((each) => Object.keys(each as JsonObject)))];
      const object = isPlain(value) ? value : {};
      const walked = keys.map((inner) => {
        const ofInner = new Map([...of].map(([schedule, each]) => [schedule, (each as JsonObject)[inner]]));
        return [inner, walk(object[inner], ofInner, inner)] as const;
      });
      return { ...object, ...Object.fromEntries(walked.filter(([, each]) => each !== undefined)) } as JsonObject;
    }
    for (const [schedule, each] of of) {
      const values = mapping[schedule] ?? {};
      // CloudFormation wants the same names for all schedules; this value is for one that does not use it.
      const text = String(each ?? all.find((other) => other !== undefined));
      if (values[key] !== undefined && values[key] !== text) throw new Error(`two meanings of ${key}`);
      values[key] = text;
    }
    const found: Json = { 'Fn::FindInMap': [MAPPING, { Ref: 'Schedule' }, key] };
    const without = [...of].filter(([, each]) => each === undefined).map(([schedule]) => schedule);
    if (without.length === 0) return found;
    conditions.set(`Has${key}`, without);
    return { 'Fn::If': [`Has${key}`, found, { Ref: 'AWS::NoValue' }] };
  };
  return { template: walk(template, variants, '') as JsonObject, mapping, conditions };
}
