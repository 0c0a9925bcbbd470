import { CreateSecretCommand, DeleteSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf } from '../../builders/a-scene.ts';
import { aWorld, currentText, currentValue, failureOf, madeIn, put, SECRET } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

function versionsOf(secret: string): unknown[] {
  const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
  return versions.map(({ id, value, stages }) => [id, value, ...stages]);
}

describe('a secret that cannot be used', () => {
  it.each<[string, string | undefined, () => unknown, string]>([
    [
      'is missing',
      '{}',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: SECRET, ForceDeleteWithoutRecovery: true })),
      `secret ${SECRET} does not exist, or its name is misspelt: correct "secret" of consumer telegraf, or create it (aws secretsmanager create-secret --name ${SECRET}), or set "createSecret": true for consumer telegraf`,
    ],
    [
      'is scheduled for deletion',
      '{}',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: SECRET })),
      `secret ${SECRET} is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id ${SECRET}), or take the consumer out of the configuration`,
    ],
    [
      'is not JSON',
      'a-plain-token',
      () => undefined,
      `the value of secret ${SECRET} is not a JSON object: store it as {"token": "<the token>"}, or set "convert": true for consumer telegraf once its readers expect JSON`,
    ],
    ['is JSON, but no object', '["a"]', () => undefined, 'is neither a JSON object nor a plain token'],
    [
      'has a key "rotation" of its user\'s own',
      '{"rotation":"monthly"}',
      () => undefined,
      `secret ${SECRET} has a key "rotation" that is not a document of ours (wrong or missing: rotation): rename it, or remove it to start with a first token`,
    ],
    [
      'has our key twice',
      '{"token":"a","token":"b"}',
      () => undefined,
      'the secret\'s JSON has the key "token" or "rotation" twice; remove one of them',
    ],
    [
      'is full',
      JSON.stringify({ notes: 'x'.repeat(65_000) }),
      () => undefined,
      'and Secrets Manager takes at most 65536; shorten the other keys of the secret by',
    ],
  ])('because it %s: nothing is minted, and nothing is lost', async (_name, value, breakIt, text) => {
    world = await aWorld({}, () => value);
    await breakIt();
    const before = versionsOf(SECRET);
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(text);
    expect(report.counts).toMatchObject({ failed: 1, rotated: 0 });
    expect(madeIn(world)).toEqual([]);
    expect(versionsOf(SECRET)).toEqual(before);
  });

  it('is created where the configuration allows it', async () => {
    world = await aWorld({ createSecret: true });
    expect((await world.run()).counts.rotated).toBe(1);
    expect((await currentValue(world)).rotation).toMatchObject({ consumer: 'telegraf' });
  });

  it('gets a first, empty version where it has none', async () => {
    world = await aWorld({}, () => undefined);
    expect((await world.run()).counts.rotated).toBe(1);
    expect(
      [...(world.secretsManager.store.secret(SECRET)?.versions.values() ?? [])].map(({ value }) => value?.slice(0, 2)),
    ).toEqual(['{}', '{"']);
  });

  it('that holds a plain token is turned into JSON where the configuration says so', async () => {
    world = await aWorld({ convert: true }, () => 'a-plain-token');
    const report = await world.run();
    expect(Object.keys(await currentValue(world))).toEqual(['token', 'rotation']);
    expect(notesOf(consumerIn(report))).toEqual([
      `the token that secret ${SECRET} held before is not one of ours: delete it by hand once nothing uses it, or name its authorization as "adopt"`,
    ]);
  });

  it('that somebody copied from another consumer blocks, and neither side switches off what the other reads', async () => {
    world = await World.create({ configuration: aConfiguration([aConsumer(), aConsumer({ name: 'grafana' })]) });
    await world.run();
    const copied = await currentText(world);
    await put(world, 'influxdb/acme/grafana', copied);
    for (let day = 0; day < 40; day += 1) {
      const report = await world.run();
      expect(consumerIn(report, 'grafana')).toMatchObject({
        state: 'blocked',
        reason: expect.stringContaining(
          'managed by another: the document in secret influxdb/acme/grafana is that of deployment prod, consumer telegraf',
        ),
      });
      world.clock.advance(DAY);
    }
    const { token } = JSON.parse(copied) as { token: string };
    expect((await currentValue(world)).token).not.toBe(token);
    expect(world.influxdb.store.statusOf(token)).toBe('active');
  });

  it('that Secrets Manager itself rotates is left alone', async () => {
    world = await aWorld();
    const other = 'arn:aws:lambda:us-east-1:123456789012:function:other';
    world.secretsManager.rotations.functions?.set(other, { invoke: async () => undefined });
    await world.secrets.send(
      new RotateSecretCommand({
        SecretId: SECRET,
        ClientRequestToken: crypto.randomUUID(),
        RotationLambdaARN: other,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    const { message } = await failureOf(world.run());
    expect(message).toContain(`Secrets Manager itself rotates secret ${SECRET} (RotationEnabled)`);
    expect(madeIn(world)).toEqual([]);
  });
});

it('creates the secret of one consumer only once', async () => {
  world = await aWorld({ createSecret: true });
  await world.secrets.send(new CreateSecretCommand({ Name: SECRET }));
  expect((await world.run()).counts.rotated).toBe(1);
});
