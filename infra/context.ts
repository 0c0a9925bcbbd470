import { ConfigurationError, type Problem } from '../lambda/config/problems.ts';

/** What the app is given: `-c key=value`, or `context` in cdk.json. */
export interface AppContext {
  readonly alarmTopicArn: string | undefined;
  readonly secretPrefixes: readonly string[] | undefined;
}

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?$/;

/** @throws {ConfigurationError} with every problem at once. */
export function readContext(given: (key: string) => unknown): AppContext {
  const problems: Problem[] = [];
  const read = (key: keyof AppContext, isRight: (text: string) => boolean, message: string): string | undefined => {
    const value = given(key);
    if (value === undefined || (typeof value === 'string' && isRight(value))) return value;
    problems.push({ path: `-c ${key}`, message, value });
    return undefined;
  };
  const alarmTopicArn = read(
    'alarmTopicArn',
    (text) => TOPIC_ARN.test(text),
    'must be the ARN of an SNS topic, for example arn:aws:sns:eu-central-1:123456789012:alarms',
  );
  const secretPrefixes = read(
    'secretPrefixes',
    (text) => !split(text).includes(''),
    'must be prefixes of names with commas between them and none blank, for example influxdb/acme/,influxdb/umbrella/',
  );
  if (problems.length > 0) throw new ConfigurationError('the command line', problems);
  return { alarmTopicArn, secretPrefixes: secretPrefixes === undefined ? undefined : split(secretPrefixes) };
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
