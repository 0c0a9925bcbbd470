import { arnProblem } from '../arn-problem.ts';
import { certificateProblem, withoutCertificates } from '../certificates.ts';
import { formatDuration } from '../duration.ts';
import { type Durations, readDurations } from '../durations.ts';
import { BUS } from '../event-bus.ts';
import { ID } from '../influxdb-id.ts';
import { isObject } from '../is-object.ts';
import { formatPath, type Problem } from '../problems.ts';
import { NAME_OR_ARN } from '../secret-name.ts';
import { looksLikeToken } from '../token-text.ts';
import { parseUrl } from '../url.ts';
import { canaryProblems, canaryWait } from './canary-checks.ts';
import { consumerProblems } from './consumer-checks.ts';
import { duplicateProblems } from './duplicate-checks.ts';
import { durationProblems } from './duration-checks.ts';
import { saidOnce } from './said-once.ts';
import { selfProblems } from './self-checks.ts';
import { textsIn } from './texts-in.ts';
import { tokenKeyProblem } from './token-key.ts';
import { usableWhen, whenProblems } from './when-checks.ts';

/** How long a call waits before its second attempt (`calls/call.ts`; a test compares). */
const FIRST_PAUSE_MS = 250;

/** The longest time-out that Lambda allows. */
const LAMBDA_MAXIMUM_MS = 15 * 60 * 1000;

/**
 * The checks that span several keys. They run on the unparsed input, so that all problems are found at once. A check
 * that needs a value which is itself invalid reports nothing.
 */
export function checkProblems(file: unknown): Problem[] {
  // The schema says that what is no object should be one. That something is missing in it would be no news.
  if (!isObject(file)) return pastedTokens(file);
  const influxdb = asObject(file.influxdb);
  const consumers: unknown[] = Array.isArray(file.consumers) ? file.consumers : [];
  const cloud =
    typeof influxdb.cloud === 'boolean'
      ? influxdb.cloud
      : typeof influxdb.url === 'string' && parseUrl(influxdb.url).isCloud;
  const general = readDurations(file, {});
  const canaries = canaryWait(file, consumers.map(asObject));
  return [
    ...pastedTokens(file),
    ...durationProblems(file),
    ...(isObject(file.influxdb) ? influxdbProblems(file.influxdb) : []),
    ...limitProblems(general),
    ...whenProblems(file, consumers.map(asObject), general.schedule),
    ...canaryProblems(file, consumers.map(asObject)),
    ...saidOnce(
      consumers.flatMap((consumer, index) => {
        if (!isObject(consumer)) return [];
        const path = `consumers[${index}]`;
        const [durations, when] = [readDurations(file, consumer), usableWhen(file, consumer)];
        const surroundings = { file, cloud, orgId: idOfOrg(influxdb), path, durations, when, canaries };
        return { consumer, path, problems: consumerProblems(consumer, surroundings) };
      }),
    ),
    ...arnProblems(NAME_OR_ARN, [['influxdb.tokenSecret', influxdb.tokenSecret], ...consumers.map(secretOf)]),
    ...arnProblems(BUS, [['events.bus', asObject(file.events).bus]]),
    ...duplicateProblems(consumers.map(asObject), influxdb.tokenSecret),
    ...selfProblems(file, influxdb.self, consumers.map(asObject)),
  ];
}

/** The id of the org, in lower case, where the file gives it. */
function idOfOrg({ org, orgId = org }: Record<string, unknown>): string | undefined {
  return typeof orgId === 'string' && ID.test(orgId) ? orgId.toLowerCase() : undefined;
}

function secretOf(consumer: unknown, index: number): readonly [path: string, secret: unknown] {
  return [`consumers[${index}].secret`, asObject(consumer).secret];
}

/** Of the ARNs that have the right form: the schema says what is wrong with the others. */
function arnProblems(form: RegExp, given: readonly (readonly [path: string, value: unknown])[]): Problem[] {
  return given.flatMap(([path, value]) => {
    const message = typeof value === 'string' && form.test(value) ? arnProblem(value) : undefined;
    return message === undefined ? [] : [{ path, message, value }];
  });
}

function influxdbProblems({ url, org, orgId, tokenKey, ca }: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  const urlProblem = typeof url === 'string' && url !== '' ? parseUrl(url).problem : undefined;
  // The URL is left out of the problem, because it could contain a password.
  if (urlProblem !== undefined) problems.push({ path: 'influxdb.url', message: urlProblem });
  if (typeof org === 'string' && org !== '' && org.trim() === '')
    problems.push({
      path: 'influxdb.org',
      message: 'must not be only white space, because InfluxDB finds an org without it: give the name or id of the org',
    });
  if (org === undefined && orgId === undefined)
    problems.push({
      path: 'influxdb.org',
      message: 'is missing: give the name or id of the org, or its id as influxdb.orgId',
      expectedAt: ['influxdb.org', 'influxdb.orgId'],
    });
  const keyProblem = tokenKeyProblem(tokenKey);
  if (keyProblem !== undefined) problems.push({ path: 'influxdb.tokenKey', message: keyProblem });
  const caProblem = typeof ca === 'string' ? certificateProblem(ca) : undefined;
  if (caProblem !== undefined) problems.push({ path: 'influxdb.ca', message: caProblem });
  return problems;
}

/** These make the lease safe: nothing that a run sends can take effect after the lease of the token it made is over. */
function limitProblems({ functionTimeout, callTimeout, requestLife, clockTolerance, lease }: Durations): Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, message: string) => problems.push({ path: `limits.${path}`, message });
  if (functionTimeout !== undefined && functionTimeout > LAMBDA_MAXIMUM_MS)
    say('functionTimeout', `must be at most 15m, the limit of Lambda (is ${formatDuration(functionTimeout)})`);
  if (callTimeout !== undefined && requestLife !== undefined && 2 * callTimeout + FIRST_PAUSE_MS > requestLife) {
    say(
      'callTimeout',
      `must leave room in requestLife (${formatDuration(requestLife)}) for two attempts and the pause of ${FIRST_PAUSE_MS} ms between them (is ${formatDuration(callTimeout)})`,
    );
  }
  if (callTimeout !== undefined && functionTimeout !== undefined && 2 * callTimeout >= functionTimeout) {
    say(
      'callTimeout',
      `must be less than half of functionTimeout (${formatDuration(functionTimeout)}), because no write begins with less than two call time-outs left (is ${formatDuration(callTimeout)})`,
    );
  }
  if (
    lease !== undefined &&
    functionTimeout !== undefined &&
    requestLife !== undefined &&
    clockTolerance !== undefined
  ) {
    const least = functionTimeout + requestLife + clockTolerance;
    if (lease <= least)
      say(
        'lease',
        `must be longer than functionTimeout + requestLife + clockTolerance = ${formatDuration(least)}, or a run could delete the token of another run that is still alive (is ${formatDuration(lease)})`,
      );
  }
  return problems;
}

/**
 * Everything in the file goes into templates, policies and the function's bundle, so a token has no place in any of it.
 * A certificate is as long and as mixed, but nothing to hide.
 */
function pastedTokens(file: unknown): Problem[] {
  return textsIn(file).flatMap(({ text, path }) => {
    if (path.includes('ca') || !looksLikeToken(withoutCertificates(text))) return [];
    const wanted = SECRET_KEYS.has(String(path.at(-1))) ? ", and give that secret's name or ARN here" : '';
    const message = `looks like a token: keep it out of the configuration, store it in a secret of AWS Secrets Manager${wanted}, and since it was in a file, replace it in InfluxDB`;
    return [{ path: formatPath(path), message }];
  });
}

const SECRET_KEYS: ReadonlySet<string> = new Set(['tokenSecret', 'secret']);

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
