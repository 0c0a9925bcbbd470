type Json = boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const PSEUDO: JsonObject = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '123456789012',
};

/**
 * What CloudFormation makes of a template's resources and outputs with these parameters, as far as it can be known before:
 * numbers as texts, statements in the order of their names, and what refers to another resource as it is.
 */
export function evaluated(template: JsonObject, given: Readonly<Record<string, string>> = {}): JsonObject {
  const parameters = valuesOf((template.Parameters ?? {}) as Declared, given);
  const conditions = (template.Conditions ?? {}) as JsonObject;
  const mappings = (template.Mappings ?? {}) as Record<string, Record<string, Record<string, Json>>>;

  const isTrue = (name: string): boolean => evaluate(conditions[name] ?? false) === 'true';
  const evaluate = (value: Json): Json | undefined => {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return ordered(value.map(evaluate).filter((each) => each !== undefined));
    const [[key = '', argument = ''] = []] = Object.entries(value);
    const list = () => (argument as readonly Json[]).map((each) => evaluate(each) ?? '');
    switch (key) {
      case 'Ref':
        return argument === 'AWS::NoValue' ? undefined : (parameters[String(argument)] ?? value);
      case 'Condition':
        if (Object.keys(value).length === 1 && typeof argument === 'string') return String(isTrue(argument));
        break;
      case 'Fn::If': {
        const [name, then = '', otherwise = ''] = argument as readonly Json[];
        return evaluate(isTrue(String(name)) ? then : otherwise);
      }
      case 'Fn::Equals':
        return String(list()[0] === list()[1]);
      case 'Fn::Not':
        return String(list()[0] !== 'true');
      case 'Fn::Or':
        return String(list().includes('true'));
      case 'Fn::Join': {
        const [separator = '', parts] = list();
        const joined = parts as readonly Json[];
        return joined.every((part) => typeof part === 'string') ? joined.join(String(separator)) : { key, joined };
      }
      case 'Fn::Sub':
        return String(argument).replaceAll(/\$\{([\w:]+)\}/g, (_all, name) => String(parameters[name]));
      case 'Fn::FindInMap': {
        const [mapping, first, second] = list().map(String);
        return mappings[mapping ?? '']?.[first ?? '']?.[second ?? ''] ?? 'not in the mapping';
      }
    }
    const entries = Object.entries(value).map(([name, each]) => [name, evaluate(each)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  };

  const resources = Object.entries(template.Resources as Record<string, JsonObject>)
    .filter(([, { Condition }]) => Condition === undefined || isTrue(String(Condition)))
    .map(([id, { Condition: _, ...resource }]) => [id, evaluate(resource) ?? ''] as const);
  return { Resources: Object.fromEntries(resources), Outputs: evaluate(template.Outputs ?? {}) ?? {} };
}

type Declared = Readonly<Record<string, { readonly Type: string; readonly Default?: string | number }>>;

function valuesOf(declared: Declared, given: Readonly<Record<string, string>>): JsonObject {
  const values = Object.entries(declared).map(([name, { Type, Default = '' }]) => {
    const text = given[name] ?? String(Default);
    return [name, Type === 'CommaDelimitedList' ? text.split(',') : text] as const;
  });
  return { ...PSEUDO, ...Object.fromEntries(values) };
}

/** One is written alone by CDK, and statements stand in any order. */
function ordered(list: readonly Json[]): Json {
  const sids = list.map((each) => (each as { readonly Sid?: string }).Sid);
  if (list.length === 0 || sids.includes(undefined)) return list;
  return list.toSorted((one, other) => (((one as JsonObject).Sid ?? '') < ((other as JsonObject).Sid ?? '') ? -1 : 1));
}
