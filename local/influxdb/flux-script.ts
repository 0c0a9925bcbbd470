import { ApiError } from './errors.ts';

/** What a script of the understood kind asks for. Times are nanoseconds since the epoch, `stop` is exclusive. */
export interface Flux {
  readonly bucket: { readonly by: 'name' | 'id'; readonly value: string } | undefined;
  readonly start: bigint;
  readonly stop: bigint;
  /** A point must match all of them. */
  readonly conditions: readonly Condition[];
  readonly reduce: 'count' | 'last' | undefined;
}

interface Condition {
  readonly column: string;
  readonly equal: boolean;
  readonly value: string;
}

const secondsOf: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

const refuse = (why: string) => new ApiError('invalid', `compilation failed: ${why}`);

/** Reads `from |> range [|> filter]… [|> count|last]`. All else is refused, except scripts that touch no bucket. */
export function parseFlux(script: string, nowMs: number): Flux {
  const [source = '', ...steps] = script
    .replace(/^import .*$/gm, '')
    .trim()
    .split(/\s*\|>\s*/);
  const now = BigInt(Math.trunc(nowMs)) * 1_000_000n;
  const from = /^from\s*\(\s*(bucket|bucketID)\s*:\s*("(?:[^"\\]|\\.)*")\s*\)$/.exec(source);
  if (!from) {
    if (/^array\.from\s*\(|^buckets\s*\(\s*\)$/.test(source))
      return { bucket: undefined, start: 0n, stop: now, conditions: [], reduce: undefined };
    throw refuse('error @1:1-1:2: only from() is understood here');
  }
  const bucket = { by: from[1] === 'bucket' ? 'name' : 'id', value: unquote(from[2] ?? '""') } as const;
  const range = /^range\s*\(\s*start\s*:\s*([^,)]+?)\s*(?:,\s*stop\s*:\s*([^,)]+(?:\(\))?)\s*)?\)$/.exec(
    steps[0] ?? '',
  );
  if (!range) {
    const name = bucket.value;
    throw new ApiError(
      'invalid',
      `error @1:1-1:${source.length + 1}: cannot submit unbounded read to "${name}"; try bounding 'from' with a call to 'range'`,
    );
  }
  const conditions: Condition[] = [];
  let reduce: Flux['reduce'];
  for (const step of steps.slice(1)) {
    const filter = /^filter\s*\(\s*fn\s*:\s*\(\s*r\s*\)\s*=>\s*(.*)\)$/s.exec(step.trim());
    if (filter) conditions.push(...conditionsOf(filter[1] ?? ''));
    else if (/^count\s*\(\s*\)$/.test(step)) reduce = 'count';
    else if (/^last\s*\(\s*\)$/.test(step)) reduce = 'last';
    else if (!/^yield\s*\(.*\)$/.test(step)) throw refuse(`error: not understood here: ${step.slice(0, 40)}`);
  }
  const start = timeOf(range[1] ?? '', now);
  return { bucket, start, stop: range[2] === undefined ? now : timeOf(range[2], now), conditions, reduce };
}

function conditionsOf(text: string): Condition[] {
  const bare = text.trim().replace(/^\((.*)\)$/s, '$1');
  return bare.split(/\s+and\s+/).map((part) => {
    const match = /^\(?\s*r(?:\.(\w+)|\["([^"]+)"\])\s*(==|!=)\s*("(?:[^"\\]|\\.)*")\s*\)?$/.exec(part.trim());
    if (!match) throw refuse(`error: filter not understood here: ${part.slice(0, 40)}`);
    return { column: match[1] ?? match[2] ?? '', equal: match[3] === '==', value: unquote(match[4] ?? '""') };
  });
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}

function timeOf(text: string, now: bigint): bigint {
  if (text === 'now()') return now;
  if (/^-?\d+$/.test(text)) return BigInt(text) * 1_000_000_000n;
  const durations = /^(-?)((?:\d+(?:ns|us|ms|s|m|h|d|w))+)$/.exec(text);
  if (durations) {
    let total = 0n;
    for (const [, count = '0', unit = 's'] of (durations[2] ?? '').matchAll(/(\d+)(ns|us|ms|s|m|h|d|w)/g))
      total += BigInt(count) * BigInt(Math.round((secondsOf[unit] ?? 0) * 1e9));
    return durations[1] === '-' ? now - total : now + total;
  }
  const ms = Date.parse(text.replaceAll(/^time\(v:\s*"?|"?\)$/g, ''));
  if (Number.isNaN(ms)) throw refuse(`error: time not understood here: ${text.slice(0, 40)}`);
  return BigInt(ms) * 1_000_000n;
}
