import { certificateWarnings } from './certificates.ts';
import type { Configuration } from './configuration.ts';
import { LONGEST_MS, TOLD_AHEAD_MS } from './exception.ts';
import { reachOf } from './host.ts';
import { endsLikeWholeArn, isArn } from './secret-name.ts';
import { parseUrl } from './url.ts';

/** What is allowed, and probably not meant. */
export interface Warning {
  readonly code:
    | ('clear-text' | 'not-cloud' | 'ca-unused' | 'ca-expiry' | 'secret-arn' | 'secret-name')
    | ('exception-expired' | 'exception-ends' | 'exception-long');
  /** With the path, and what to do. */
  readonly message: string;
  /** True if each run says it as well: it is a risk for as long as it stays. */
  readonly inEachRun: boolean;
}

/** What a person should know of a configuration before it is used. */
export function warningsOf({ influxdb, consumers }: Configuration, nowMs: number): Warning[] {
  const secrets: (readonly [string, string])[] = [
    ['influxdb.tokenSecret', influxdb.tokenSecret],
    ...consumers.map(({ secret }, index) => [`consumers[${index}].secret`, secret] as const),
  ];
  return [...aboutServer(influxdb, nowMs), ...aboutSecrets(secrets), ...aboutExceptions(consumers, nowMs)];
}

function aboutServer({ url, ca, cloud }: Configuration['influxdb'], nowMs: number): Warning[] {
  const warnings: Warning[] = [];
  const isClear = url.startsWith('http://');
  if (isClear && reachOf(url) === 'public')
    warnings.push({
      code: 'clear-text',
      message:
        'influxdb.url begins with http://, and its host does not look private: every token would cross the network in clear text; use https://',
      inEachRun: true,
    });
  if (!cloud && parseUrl(url).isCloud)
    warnings.push({
      code: 'not-cloud',
      message:
        'influxdb.cloud is false, but influxdb.url leads to InfluxDB Cloud, which has no users to own tokens: remove the key "cloud", and "owner" of the consumers',
      inEachRun: false,
    });
  if (isClear && ca !== undefined)
    warnings.push({
      code: 'ca-unused',
      message: 'influxdb.ca has no effect, because influxdb.url begins with http://',
      inEachRun: false,
    });
  const expiry = ca === undefined ? [] : certificateWarnings(ca, nowMs).messages;
  for (const message of expiry)
    warnings.push({ code: 'ca-expiry', message: `influxdb.ca ${message}`, inEachRun: true });
  return warnings;
}

/**
 * One warning for all names, and one for all ARNs: there may be thousands.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
 */
function aboutSecrets(secrets: readonly (readonly [path: string, secret: string])[]): Warning[] {
  const alike = secrets.filter(([, secret]) => endsLikeWholeArn(secret) !== undefined);
  const say = (found: typeof alike, code: Warning['code'], inEachRun: boolean, rest: string): Warning[] => {
    const [first] = found;
    if (first === undefined) return [];
    const others = found.length === 1 ? '' : ` (so do ${found.length - 1} others)`;
    const message = `${first[0]} ends in "${endsLikeWholeArn(first[1])}"${others}, ${rest}`;
    return [{ code, message, inEachRun }];
  };
  return [
    ...say(
      alike.filter(([, secret]) => isArn(secret)),
      'secret-arn',
      true,
      "which AWS takes for the six random characters of a whole ARN. If it is the end of the secret's name, give the name or the whole ARN",
    ),
    ...say(
      alike.filter(([, secret]) => !isArn(secret)),
      'secret-name',
      false,
      'like a whole ARN. AWS advises against such names, because a search by a partial ARN may miss the secret. Always give this name, or the whole ARN',
    ),
  ];
}

/** One for all that are alike. The runs themselves tell of each, as a note on its consumer. */
function aboutExceptions(consumers: Configuration['consumers'], nowMs: number): Warning[] {
  const ends = consumers.flatMap(({ name, exception }) => (exception ? [{ name, left: exception.until - nowMs }] : []));
  const say = (code: Warning['code'], found: typeof ends, rest: string): Warning[] => {
    if (found.length === 0) return [];
    const names = found.slice(0, 10).map(({ name }) => name);
    const more = found.length > names.length ? ` and ${found.length - names.length} more` : '';
    return [{ code, message: `the exception of ${names.join(', ')}${more} ${rest}`, inEachRun: false }];
  };
  return [
    ...say(
      'exception-expired',
      ends.filter(({ left }) => left <= 0),
      'is over, so the token is rotated as usual, and "status --gate" fails: remove "exception", or have it renewed',
    ),
    ...say(
      'exception-ends',
      ends.filter(({ left }) => left > 0 && left <= TOLD_AHEAD_MS),
      'ends within 14 days, and then the token is rotated as usual: be ready for that, or have it renewed',
    ),
    ...say(
      'exception-long',
      ends.filter(({ left }) => left > LONGEST_MS),
      'ends more than a year from now: such a token is meant to live for long, so raise "rotateEvery" and "maxTokenAge", or choose an earlier "until"',
    ),
  ];
}
