import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { looksLikeToken } from '../../lambda/config/token-text.ts';
import { parseObject } from '../../lambda/secrets-manager/json-object.ts';
import { plainTokenIn } from '../../lambda/secrets-manager/plain-token.ts';
import { SdkCalls } from '../../lambda/secrets-manager/sdk-calls.ts';
import type { OwnServices } from '../setup/services.ts';

/** What a secret holds that can be a token of InfluxDB's. */
export interface HeldToken {
  readonly secret: string;
  readonly token: string;
}

/** As InfluxDB makes them: 64 random bytes. Nothing else of a secret that nobody configured is ever sent there. */
const MADE_BY_INFLUXDB = /^[A-Za-z0-9_-]{86}==$/;

/** The tokens in the configuration's secrets, and in those whose names begin so. @returns also what could not be read. */
export async function heldTokens(
  services: OwnServices,
  { influxdb, consumers }: Configuration,
  prefix: string | undefined,
): Promise<{ readonly held: HeldToken[]; readonly notes: string[] }> {
  const keys = new Map(
    [influxdb, ...consumers].map((each) => ['tokenSecret' in each ? each.tokenSecret : each.secret, each.tokenKey]),
  );
  const named = prefix === undefined ? [] : await secretsNamed(services, prefix);
  const readings = await services.store.readCurrent([...new Set([...keys.keys(), ...named])]);
  const held: HeldToken[] = [];
  const notes: string[] = [];
  for (const [secret, reading] of readings) {
    if (reading.kind === 'unreadable') notes.push(`secret ${secret} cannot be read (${reading.detail})`);
    if (reading.kind === 'value')
      held.push(...tokensOf(reading.text, keys.get(secret)).map((token) => ({ secret, token })));
  }
  return { held, notes };
}

/** @param tokenKey of a configured secret, where whatever stands under it is meant to be a token. */
function tokensOf(text: string, tokenKey: string | undefined): string[] {
  const object = parseObject(text);
  const texts = object === undefined ? [text] : Object.values(object).filter((each) => typeof each === 'string');
  const isMeant = (token: string) => tokenKey !== undefined && (object === undefined || object[tokenKey] === token);
  return texts.flatMap((each) => {
    const found = plainTokenIn(each);
    if (!('token' in found)) return [];
    const { token } = found;
    return MADE_BY_INFLUXDB.test(token) || (isMeant(each) && looksLikeToken(token)) ? token : [];
  });
}

const Listed = z.object({
  SecretList: z.array(z.object({ Name: z.string() })).default([]),
  NextToken: z.string().optional(),
});

async function secretsNamed(
  { secretsManager, serviceClocks, ...calls }: OwnServices,
  prefix: string,
): Promise<string[]> {
  const sdk = new SdkCalls(secretsManager, { ...calls, environment: process.env }, serviceClocks);
  const names: string[] = [];
  let next: string | undefined;
  do {
    const input = { Filters: [{ Key: 'name' as const, Values: [prefix] }], MaxResults: 100, NextToken: next };
    const page = await sdk.ask(Listed, 'ListSecrets', 'read', () => new ListSecretsCommand(input));
    names.push(...page.SecretList.map(({ Name }) => Name));
    next = page.NextToken;
  } while (next !== undefined);
  // AWS compares without case.
  return names.filter((name) => name.startsWith(prefix)).toSorted();
}
