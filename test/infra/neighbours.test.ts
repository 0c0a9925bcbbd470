import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../infra/configuration.ts';
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import { World } from '../../simulation/world.ts';
import { DAY, HOUR } from '../builders/a-configuration.ts';
import { refused, type Statement, secretArn, statementsOf } from '../builders/a-role.ts';
import { aConfigurationFile, aRotation, aStack } from '../builders/a-rotation.ts';
import { Recorder } from './recorder.ts';

/** A deployment with its construct's role, and what its function was heard to ask of Secrets Manager. */
interface Neighbour {
  readonly file: RotationConfiguration;
  readonly role: readonly Statement[];
  readonly recorder: Recorder;
}

// They have the server, the org, an owner and the name of a consumer in common.
const file = aConfigurationFile();
const FILES = {
  prod: file,
  test: aConfigurationFile({
    deployment: 'test',
    influxdb: { ...file.influxdb, tokenSecret: 'influxdb/rotator-test' },
    consumers: [{ name: 'grafana', secret: 'influxdb/test/grafana', owner: 'svc-grafana', read: ['telemetry'] }],
  }),
};
const PAIRS = [
  ['prod', 'test'],
  ['test', 'prod'],
] as const;

let world: World;
let neighbours: Record<keyof typeof FILES, Neighbour>;
beforeAll(async () => {
  const [prod, test] = [readConfiguration(FILES.prod).settings, readConfiguration(FILES.test).settings];
  world = await World.create({ configuration: { ...prod, consumers: [...prod.consumers, ...test.consumers] } });
  await world.secrets.send(
    new CreateSecretCommand({
      Name: test.influxdb.tokenSecret,
      SecretString: JSON.stringify({ token: world.rotatorToken }),
    }),
  );
  const stack = aStack();
  // A stack is complete before any of it is synthesized.
  const prodRotation = aRotation({ configuration: FILES.prod }, stack, 'Prod');
  const testRotation = aRotation({ configuration: FILES.test }, stack, 'Test');
  neighbours = {
    prod: { file: FILES.prod, role: statementsOf(prodRotation), recorder: new Recorder(world) },
    test: { file: FILES.test, role: statementsOf(testRotation), recorder: new Recorder(world) },
  };
  for (const each of Object.values(neighbours)) await run(each);
});
afterAll(() => world.close());

/** One run of the function that the construct deploys, on the server that both of them have. */
async function run({ file, recorder: { secretsManager } }: Neighbour): Promise<void> {
  const { settings } = readConfiguration(file);
  const influxdb = { ...settings.influxdb, url: world.influxdb.url };
  await world.run('run', { configuration: { ...settings, influxdb }, secretsManager });
}

/** Every secret and every token of a deployment, with all that is known of them. */
function holdingsOf({ file: { deployment, influxdb, consumers } }: Neighbour): unknown {
  const secrets = [influxdb.tokenSecret, ...consumers.map(({ secret }) => secret)];
  const tokens = world.influxdb.store
    .authorizations()
    .filter(({ description }) => parseMarker(description)?.deployment === deployment);
  return structuredClone([secrets.map((name) => world.secretsManager.store.secret(name)), tokens]);
}

describe('of two constructs in one stack, for one server', () => {
  it.each(PAIRS)('%s rotates its tokens to their end, and leaves everything of %s as it is', async (one, other) => {
    const [before, theirs] = [holdingsOf(neighbours[one]), holdingsOf(neighbours[other])];
    world.clock.advance(30 * DAY);
    for (let day = 0; day < 3; day += 1) {
      await run(neighbours[one]);
      world.clock.advance(25 * HOUR);
    }
    expect(holdingsOf(neighbours[one])).not.toEqual(before);
    expect(holdingsOf(neighbours[other])).toEqual(theirs);
  });

  it.each(PAIRS)('%s makes every call with its own role, and could make none with that of %s', async (one, other) => {
    const { calls } = neighbours[one].recorder;
    const named = calls.filter(({ action, resource }) => action.startsWith('secretsmanager:') && resource !== '*');
    expect(named.length).toBeGreaterThan(4);
    expect(await refused(neighbours[one].role, named)).toEqual([]);
    expect(await refused(neighbours[other].role, named)).toHaveLength(named.length);
  });

  it.each(PAIRS)('%s may neither see nor change any secret of %s', async (one, other) => {
    const { influxdb, consumers } = FILES[other];
    const operations = ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'];
    const calls = [influxdb.tokenSecret, ...consumers.map(({ secret }) => secret)].flatMap((name) =>
      operations.map((operation) => ({ action: `secretsmanager:${operation}`, resource: secretArn(name) })),
    );
    expect(await refused(neighbours[one].role, calls)).toHaveLength(calls.length);
  });
});
