import { consumerProblems } from './consumer-checks.ts';
import { formatDuration } from './duration.ts';
import { type Durations, readDurations } from './durations.ts';
import type { Problem } from './problems.ts';
import { homeOf, nameOfSecret } from './secret-name.ts';
import { parseUrl } from './url.ts';

/** The longest time-out that Lambda allows. */
const LAMBDA_MAXIMUM_MS = 15 * 60 * 1000;

/**
 * The checks that span several keys. They run on the unparsed input, so that all problems are found at once. A check
 * that needs a value which is itself invalid reports nothing.
 */
export function checkProblems(input: unknown): Problem[] {
  const file = asObject(input);
  const influxdb = asObject(file.influxdb);
  const consumers = (Array.isArray(file.consumers) ? file.consumers : []).map(asObject);
  const cloud =
    typeof influxdb.cloud === 'boolean'
      ? influxdb.cloud
      : typeof influxdb.url === 'string' && parseUrl(influxdb.url).isCloud;
  const general = readDurations(file, {});
  return [
    ...influxdbProblems(influxdb),
    ...limitProblems(general),
    ...consumers.flatMap((consumer, index) =>
      consumerProblems(consumer, {
        file,
        cloud,
        path: `consumers[${index}]`,
        durations: readDurations(file, consumer),
      }),
    ),
    ...duplicateProblems(consumers, influxdb.tokenSecret),
  ];
}

function influxdbProblems({ url, org, orgId, tokenKey }: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  const urlProblem = typeof url === 'string' && url !== '' ? parseUrl(url).problem : undefined;
  // The URL is left out of the problem, because it could contain a password.
  if (urlProblem !== undefined) problems.push({ path: 'influxdb.url', message: urlProblem });
  if (org === undefined && orgId === undefined)
    problems.push({
      path: 'influxdb.org',
      message: 'is missing: give the name or id of the org, or its id as influxdb.orgId',
    });
  if (tokenKey === 'rotation')
    problems.push({
      path: 'influxdb.tokenKey',
      message: 'must not be "rotation", the key that this program uses for its own data in secrets',
    });
  return problems;
}

/** These make the lease safe: nothing that a run sends can take effect after the lease of the token it made is over. */
function limitProblems({ functionTimeout, callTimeout, requestLife, clockTolerance, lease }: Durations): Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, message: string) => problems.push({ path: `limits.${path}`, message });
  if (functionTimeout !== undefined && functionTimeout > LAMBDA_MAXIMUM_MS)
    say('functionTimeout', `must be at most 15m, the limit of Lambda (is ${formatDuration(functionTimeout)})`);
  if (callTimeout !== undefined && requestLife !== undefined && 2 * callTimeout > requestLife) {
    say(
      'callTimeout',
      `must be at most half of requestLife (${formatDuration(requestLife)}), so that there is time to retry a call (is ${formatDuration(callTimeout)})`,
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

function duplicateProblems(consumers: readonly Record<string, unknown>[], tokenSecret: unknown): Problem[] {
  const problems: Problem[] = [];
  const names = new Map<unknown, number>();
  const secrets = new Map<string, number>();
  const homes = new Map<string, string>();
  consumers.forEach(({ name, secret }, index) => {
    if (typeof name === 'string') {
      const other = names.get(name);
      if (other !== undefined)
        problems.push({
          path: `consumers[${index}].name`,
          message: `is also the name of consumers[${other}]: give each consumer its own name`,
          value: name,
        });
      else names.set(name, index);
    }
    if (typeof secret !== 'string') return;
    const path = `consumers[${index}].secret`;
    const key = nameOfSecret(secret);
    const other = secrets.get(key);
    if (other !== undefined)
      problems.push({
        path,
        message: `is also the secret of consumers[${other}]: two consumers in one secret would overwrite each other's tokens`,
        value: secret,
      });
    else secrets.set(key, index);
    if (typeof tokenSecret === 'string' && nameOfSecret(tokenSecret) === key)
      problems.push({
        path,
        message: "is also influxdb.tokenSecret, which holds the rotator's own token: use another secret",
        value: secret,
      });
    const home = homeOf(secret);
    if (home !== undefined) homes.set(home, path);
  });
  if (homes.size > 1)
    problems.push({
      path: [...homes.values()].at(-1) ?? '',
      message: 'is in another account or Region than the other secrets: a deployment works in one account and Region',
    });
  return problems;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
