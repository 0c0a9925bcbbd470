import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { messageOf } from '../../../lambda/calls/failure.ts';
import { redact } from '../../../lambda/calls/redact.ts';
import { Secrets } from '../../../lambda/calls/secrets.ts';
import { ServiceClocks } from '../../../lambda/calls/service-clocks.ts';
import type { Configuration } from '../../../lambda/config/configuration.ts';
import { createHandler } from '../../../lambda/handler.ts';
import { SecretStore } from '../../../lambda/secrets-manager/store.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../../local/secrets-manager/server.ts';
import { aConfiguration, aConsumer, LIMITS } from '../../builders/a-configuration.ts';
import { aStand, type Stand } from '../influxdb/a-client.ts';
import { aWireRow } from '../influxdb/a-list.ts';

const CANARY = 'my-super-secret-auth-token';
/** Any eight characters of it in a row. */
const PIECE = new RegExp([...CANARY.slice(7)].map((_, start) => CANARY.slice(start, start + 8)).join('|'));

let server: SecretsManagerServer;
let client: SecretsManagerClient;
let store: SecretStore;
let stand: Stand | undefined;
beforeEach(async () => {
  server = await startSecretsManager();
  client = new SecretsManagerClient(connection());
  const budget = new Budget(systemClock, 3_600_000, LIMITS);
  const context = { clock: systemClock, budget, limits: LIMITS, environment: {} };
  store = new SecretStore(client, context, new ServiceClocks(systemClock), ['token']);
});
afterEach(async () => {
  client.destroy();
  await server.close();
  await stand?.close();
  stand = undefined;
});

const connection = () => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

describe('after the store has seen a value, a text that repeats it is masked:', () => {
  const create = (SecretString: string) => client.send(new CreateSecretCommand({ Name: 'one', SecretString }));
  it.each<[string, () => Promise<unknown>]>([
    ['the current one', () => store.readCurrent(['one'])],
    ['one version', () => store.readVersion('one', { stage: 'AWSCURRENT' })],
  ])('%s', async (_name, see) => {
    for (const text of [CANARY, JSON.stringify({ token: CANARY, url: 'https://influxdb' })]) {
      await (text === CANARY
        ? create(text)
        : client.send(new PutSecretValueCommand({ SecretId: 'one', SecretString: text })));
      const shown = await new Secrets().during(async () => {
        await see();
        return redact(`who is ${CANARY.slice(2)} at https://influxdb?`);
      });
      expect(shown).toBe('who is … at https://influxdb?');
    }
  });

  it('one that is put', async () => {
    await create('{}');
    const shown = await new Secrets().during(async () => {
      await store.putPending('one', randomUUID(), JSON.stringify({ token: CANARY }));
      return redact(CANARY);
    });
    expect(shown).toBe('…');
  });
});

/** One run of the handler on this server: what it logged, and the error with which it ended. */
async function runAgainst(url: string, configuration: Configuration): Promise<{ said: unknown[]; error: unknown }> {
  const said: unknown[] = [];
  const handler = createHandler({
    configuration: { ...configuration, influxdb: { ...configuration.influxdb, url } },
    secretsManager: connection(),
    log: (code, fields) => said.push([code, fields]),
    publishMetrics: () => {},
  });
  const context = { getRemainingTimeInMillis: () => LIMITS.functionTimeoutMs };
  const error = await handler({ action: 'run' }, context).catch((reason: unknown) => reason);
  return { said, error };
}

it('a server that echoes the token of a request, or of the row that it made, does not get it into our errors', async () => {
  let answers = 0;
  stand = await aStand((request, response) => {
    answers += 1;
    if (answers === 1) return response.writeHead(201).end(JSON.stringify(aWireRow(0, { token: CANARY })));
    const message = `${'x '.repeat(240)}${request.headers.authorization} and ${CANARY.slice(0, 12)}`;
    return response.writeHead(400).end(JSON.stringify({ code: 'invalid', message }));
  });
  const { client: influxdb } = stand;
  const text = await new Secrets().during(async () => {
    await influxdb.createAuthorization({ orgId: '', userId: '', description: '', status: 'inactive', permissions: [] });
    return influxdb.findOrg('acme').catch(messageOf);
  });
  expect(text).toMatch(/InfluxDB answered 400 to GET \/api\/v2\/orgs: x x/);
  expect(text).not.toMatch(PIECE);
  expect(text).not.toMatch(/the-toke|of-the-r|rotator$/);
});

it("a run whose proxy repeats the rotator's short token logs, reports and throws no piece of it", async () => {
  await client.send(new CreateSecretCommand({ Name: 'influxdb/rotator', SecretString: CANARY }));
  await client.send(new CreateSecretCommand({ Name: 'influxdb/acme/telegraf', SecretString: '{}' }));
  stand = await aStand((request, response) => {
    const message = `${'y'.repeat(490)} unknown: ${request.headers.authorization}, ${CANARY.slice(3, 15)}`;
    response.writeHead(403).end(JSON.stringify({ code: 'forbidden', message }));
  });
  const configuration = aConfiguration([aConsumer()]);
  const { said, error } = await runAgainst(stand.url, configuration);
  expect(stand.requests.length).toBeGreaterThan(0);
  const text = JSON.stringify([said, error, (error as Error).message, (error as { report?: unknown }).report]);
  expect(text).toContain('InfluxDB answered 403');
  expect(text).not.toMatch(PIECE);
});

it('a short token of one consumer blanks no name in the reports of others, and no server gets it into our errors', async () => {
  const TOKEN = 'prod';
  await client.send(
    new CreateSecretCommand({ Name: 'influxdb/rotator', SecretString: JSON.stringify({ token: TOKEN }) }),
  );
  await client.send(new CreateSecretCommand({ Name: 'influxdb/prod/telegraf', SecretString: '{}' }));
  stand = await aStand((_request, response) => {
    response.writeHead(403).end(JSON.stringify({ code: 'forbidden', message: `${TOKEN} may not` }));
  });
  const configuration = aConfiguration([aConsumer({ secret: 'influxdb/prod/telegraf' })]);
  const { said, error } = await runAgainst(stand.url, configuration);
  const { report } = error as { readonly report: { readonly deployment: string; readonly consumers: unknown[] } };
  expect(report).toMatchObject({ deployment: 'prod', consumers: [{ secret: 'influxdb/prod/telegraf' }] });
  expect(JSON.stringify([said, report])).toContain('… may not');
  expect(JSON.stringify([said, report])).not.toContain('prod may not');
});
