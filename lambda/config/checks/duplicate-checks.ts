import type { Problem } from '../problems.ts';
import { homeOf, mayBeOneSecret, SecretIndex } from '../secret-name.ts';

/** What two consumers, or a consumer and the rotator, must not share. */
export function duplicateProblems(consumers: readonly Record<string, unknown>[], tokenSecret: unknown): Problem[] {
  return [
    ...repeated(consumers, 'name', (other) => `is also the name of ${other}: give each consumer its own name`),
    ...sharedSecrets(consumers, tokenSecret),
    ...repeated(
      consumers,
      'adopt',
      (other) => `is also the authorization that ${other} adopts: its token can be in the secret of one only`,
    ),
    ...homeProblems(consumers, tokenSecret),
  ];
}

/** Ids are the same in upper and lower case, names are not. To adopt `auto` names no id, but `auto` is a name like any. */
function repeated(
  consumers: readonly Record<string, unknown>[],
  key: 'name' | 'adopt',
  message: (other: string) => string,
): Problem[] {
  const seen = new Map<string, number>();
  return consumers.flatMap(({ [key]: value }, index) => {
    if (typeof value !== 'string' || (key === 'adopt' && value === 'auto')) return [];
    const same = key === 'adopt' ? value.toLowerCase() : value;
    const other = seen.get(same);
    if (other !== undefined) {
      return [{ path: `consumers[${index}].${key}`, message: message(`consumers[${other}]`), value }];
    }
    seen.set(same, index);
    return [];
  });
}

function sharedSecrets(consumers: readonly Record<string, unknown>[], tokenSecret: unknown): Problem[] {
  const problems: Problem[] = [];
  const secrets = new SecretIndex();
  consumers.forEach(({ secret }, index) => {
    if (typeof secret !== 'string') return;
    const path = `consumers[${index}].secret`;
    const other = secrets.find(secret);
    if (other !== undefined)
      problems.push({
        path,
        message: `is also the secret of consumers[${other}]: two consumers in one secret would overwrite each other's tokens, so give each consumer its own secret`,
        value: secret,
      });
    else secrets.add(secret, index);
    if (typeof tokenSecret === 'string' && mayBeOneSecret(tokenSecret, secret))
      problems.push({
        path,
        message: "is also influxdb.tokenSecret, which holds the rotator's own token: use another secret",
        value: secret,
      });
  });
  return problems;
}

function homeProblems(consumers: readonly Record<string, unknown>[], tokenSecret: unknown): Problem[] {
  const given = [
    ...consumers.map(({ secret }, index) => ({ path: `consumers[${index}].secret`, secret })),
    { path: 'influxdb.tokenSecret', secret: tokenSecret },
  ];
  const homes = new Map<string, string>();
  for (const { path, secret } of given) {
    const home = typeof secret === 'string' ? homeOf(secret) : undefined;
    if (home !== undefined && !homes.has(home)) homes.set(home, path);
  }
  const [first, ...others] = homes;
  if (first === undefined) return [];
  const [firstHome, firstPath] = first;
  return others.map(([home, path]) => ({
    path,
    message: `is in ${describeHome(home)}, but ${firstPath} is in ${describeHome(firstHome)}: a deployment works in one account and Region, so give a secret there, or write a second configuration`,
  }));
}

function describeHome(home: string): string {
  const [, region, account] = home.split(':');
  return `Region ${region} of account ${account}`;
}
