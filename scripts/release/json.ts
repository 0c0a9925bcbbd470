export type Json = boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An object that CloudFormation does not evaluate. */
export function isPlain(value: Json | undefined): value is JsonObject {
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return !(keys.length === 1 && /^(Ref$|Fn::)/.test(keys[0] ?? ''));
}

/** With each object and array replaced, the innermost first. */
export function mapped(value: Json, change: (value: Json) => Json): Json {
  if (Array.isArray(value)) return change(value.map((each) => mapped(each, change)));
  if (typeof value !== 'object') return change(value);
  return change(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, change)])));
}
