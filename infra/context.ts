import { arnProblem } from '../lambda/config/arn-problem.ts';
import { nearest } from '../lambda/config/nearest.ts';
import type { Problem } from '../lambda/config/problems.ts';

/** What the app is given, by `-c key=value` or `context` in cdk.json. A value with a problem is undefined. */
export interface AppContext {
  /** Path of the configuration. */
  readonly config: string | undefined;
  readonly alarmTopicArn: string | undefined;
  readonly secretPrefixes: string[] | undefined;
  /** Of a copy of the runbook. */
  readonly runbookUrl: string | undefined;
  /** Whether the server may be on the machine that deploys. */
  readonly allowLoopback: boolean;
}

const KEYS = [
  'config',
  'alarmTopicArn',
  'secretPrefixes',
  'runbookUrl',
  'allowLoopback',
] as const satisfies (keyof AppContext)[];

/** What the command line of CDK itself keeps in `cdk.context.json`; its other keys and its flags have `:` or `/`. */
const KEYS_OF_CDK: ReadonlySet<string> = new Set(['acknowledged-issue-numbers', 'cli-telemetry']);

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?$/;

const WHICH_CONFIGURATION =
  'give the path of your configuration, for example -c config=prod.json; docs/configuration.md says how to write one';

/** Reads the context, and finds every problem in it. No configuration is a default, so nobody deploys one by accident. */
export function readContext(
  context: Readonly<Record<string, unknown>>,
): AppContext & { readonly problems: readonly Problem[] } {
  // In cdk.json, `true` may stand without quotes.
  const given = (key: keyof AppContext): unknown =>
    typeof context[key] === 'boolean' ? String(context[key]) : context[key];
  const unknown = unknownKeys(context);
  const problems: Problem[] = [];
  const say = (key: keyof AppContext, message: string, value?: unknown) => {
    problems.push({ path: `-c ${key}`, message, value });
    return undefined;
  };
  const read = (key: keyof AppContext, isRight: (text: string) => boolean, message: string): string | undefined => {
    const value = given(key);
    if (value === undefined || (typeof value === 'string' && isRight(value))) return value;
    return say(key, message, value);
  };
  const config =
    given('config') === undefined
      ? unknown.some(({ meant }) => meant === 'config')
        ? undefined
        : say('config', `is missing: ${WHICH_CONFIGURATION}`)
      : read('config', (text) => text !== '', `must be a path: ${WHICH_CONFIGURATION}`);
  const alarmTopicArn = read(
    'alarmTopicArn',
    (text) => TOPIC_ARN.test(text),
    'must be the ARN of an SNS topic, for example arn:aws:sns:eu-central-1:123456789012:alarms',
  );
  const topicProblem = arnProblem(alarmTopicArn ?? '');
  if (topicProblem !== undefined) say('alarmTopicArn', topicProblem, alarmTopicArn);
  const secretPrefixes = read(
    'secretPrefixes',
    (text) => !split(text).includes(''),
    'must be prefixes of secret names, separated by commas, none of them empty, for example influxdb/acme/,influxdb/umbrella/',
  );
  const runbookUrl = read('runbookUrl', () => true, 'must be a text');
  const allowLoopback = read('allowLoopback', (text) => text === 'true' || text === 'false', 'must be true or false');
  return {
    config,
    alarmTopicArn,
    secretPrefixes: secretPrefixes === undefined ? undefined : split(secretPrefixes),
    runbookUrl,
    allowLoopback: allowLoopback === 'true',
    problems: [...unknown, ...problems],
  };
}

/** A mistyped key would be ignored, and with it the alarms' topic or the prefixes. */
function unknownKeys(context: Readonly<Record<string, unknown>>): Problem[] {
  const known: readonly string[] = KEYS;
  return Object.keys(context)
    .filter((key) => !known.includes(key) && !/[:/]/.test(key) && !KEYS_OF_CDK.has(key))
    .map((key) => {
      const meant = nearest(key, KEYS);
      const what = meant === undefined ? `the options are ${KEYS.join(', ')}` : `did you mean ${meant}?`;
      return { path: `-c ${key}`, message: `is not an option: ${what}`, ...(meant === undefined ? {} : { meant }) };
    });
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
