import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';
import { failureOf, madeIn, put } from '../../builders/a-world.ts';

let world: World;
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

describe('what keeps a whole run from beginning is one error, however many consumers there are', () => {
  const three = ['a', 'b', 'c'].map((name) => aConsumer({ name }));
  it.each<[string, () => unknown, RegExp]>([
    [
      'an unreachable InfluxDB',
      () => world.influxdb.close(),
      /^the run failed: no connection to InfluxDB at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): nothing accepts connections there: check influxdb\.url, and that the server runs\. Proxies are not used, whatever HTTPS_PROXY says$/,
    ],
    [
      'an unreachable Secrets Manager',
      () => world.secretsManager.close(),
      /^the run failed: Secrets Manager: BatchGetSecretValue failed with ECONNREFUSED: no connection \(Region us-east-1, endpoint http:\/\/127\.0\.0\.1:\d+\): nothing accepts connections there: check AWS_ENDPOINT_URL_SECRETS_MANAGER, and that the server runs\. Proxies are not used, whatever HTTPS_PROXY says$/,
    ],
    [
      'a wrong rotator token',
      () => put(world, 'influxdb/rotator', '{"token":"wrong"}'),
      /^the run failed: InfluxDB refuses the rotator's own token \(401 unauthorized access\): store the token of an active authorization of an active user in the secret that influxdb\.tokenSecret names$/,
    ],
    [
      'a rotator whose user is inactive',
      () =>
        world.admin.send('PATCH', `/api/v2/users/${world.influxdb.store.userNamed('svc-rotator')?.id}`, {
          status: 'inactive',
        }),
      /^the run failed: InfluxDB refuses the rotator's own token \(403 User is inactive\)/,
    ],
    [
      'a rotator secret without the key',
      () => put(world, 'influxdb/rotator', '{"Token":"x"}'),
      /^the run failed: secret influxdb\/rotator, which holds the rotator's own token, has no token under the key "token" \(it has the key "Token"\): store it there, or name its key as influxdb\.tokenKey$/,
    ],
    [
      'a missing rotator secret',
      () =>
        world.secrets.send(new DeleteSecretCommand({ SecretId: 'influxdb/rotator', ForceDeleteWithoutRecovery: true })),
      /^the run failed: secret influxdb\/rotator, which holds the rotator's own token, does not exist or has no value \(Region us-east-1, endpoint http:\/\/127\.0\.0\.1:\d+\): create an authorization for the rotator, and store its token there; if it is elsewhere, correct the Region, or sign in to its account$/,
    ],
    [
      'a rotator secret that is scheduled for deletion',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: 'influxdb/rotator' })),
      /^the run failed: .* is scheduled for deletion: restore it, or name another one as influxdb\.tokenSecret$/,
    ],
  ])('%s', async (_name, breakIt, text) => {
    world = await World.create({ configuration: aConfiguration(three) });
    await breakIt();
    const { message, report } = await failureOf(world.run());
    expect(message).toMatch(text);
    expect(report.consumers.map(({ state }) => state)).toEqual(['not-attempted', 'not-attempted', 'not-attempted']);
    expect(madeIn(world)).toEqual([]);
  });

  it.each([
    [undefined, 'no AWS Region is set: set AWS_REGION, for example to eu-west-1'],
    [
      'not a region',
      'region of the AWS profile is not the name of a Region: give one such as eu-west-1, without spaces',
    ],
  ])('a Region that is %s', async (region, said) => {
    world = await World.create({ configuration: aConfiguration(three) });
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
    const { region: _region, ...secretsManager } = world.secretsManagerConfig;
    const started = world.clock.now();
    const run = world.run('run', {
      secretsManager: region === undefined ? secretsManager : { ...secretsManager, region },
    });
    expect((await failureOf(run)).message).toBe(
      `the run failed: Secrets Manager: BatchGetSecretValue failed with a wrong setting: ${said}`,
    );
    expect(world.clock.now()).toBe(started);
  });
});
