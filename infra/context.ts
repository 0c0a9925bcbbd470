import type { Problem } from '../lambda/config/problems.ts';

/** What the app is given, by `-c key=value` or `context` in cdk.json. A value with a problem is undefined. */
export interface AppContext {
  /** Path of the configuration. */
  readonly config: string | undefined;
  readonly alarmTopicArn: string | undefined;
  readonly secretPrefixes: readonly string[] | undefined;
}

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?$/;

const WHICH_CONFIGURATION =
  'give the path of your configuration, for example -c config=prod.json; docs/configuration.md says how to write one';

/** Reads the context, and finds every problem in it. No configuration is a default, so nobody deploys one by accident. */
export function readContext(given: (key: string) => unknown): AppContext & { readonly problems: readonly Problem[] } {
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
      ? say('config', `is missing: ${WHICH_CONFIGURATION}`)
      : read('config', (text) => text !== '', `must be a path: ${WHICH_CONFIGURATION}`);
  const alarmTopicArn = read(
    'alarmTopicArn',
    (text) => TOPIC_ARN.test(text),
    'must be the ARN of an SNS topic, for example arn:aws:sns:eu-central-1:123456789012:alarms',
  );
  const secretPrefixes = read(
    'secretPrefixes',
    (text) => !split(text).includes(''),
    'must be prefixes of secret names, separated by commas, none of them empty, for example influxdb/acme/,influxdb/umbrella/',
  );
  return {
    config,
    alarmTopicArn,
    secretPrefixes: secretPrefixes === undefined ? undefined : split(secretPrefixes),
    problems,
  };
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
