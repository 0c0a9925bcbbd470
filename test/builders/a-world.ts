import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { ConsumerSettings } from '../../lambda/config/configuration.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import { RunFailedError } from '../../lambda/engine/report/run-failed-error.ts';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer } from './a-configuration.ts';

/** The secret of the consumer `telegraf`. */
export const SECRET = 'influxdb/acme/telegraf';

/** A world with one consumer. */
export function aWorld(
  settings: Partial<ConsumerSettings> = {},
  initialValue: () => string | undefined = () => '{}',
): Promise<World> {
  return World.create({ configuration: aConfiguration([aConsumer(settings)]), initialValue });
}

/** Runs, and gives the summary of what failed. */
export async function failureOf(run: Promise<unknown>): Promise<RunFailedError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RunFailedError)) throw new Error('the run did not fail as it should', { cause: error });
  return error;
}

/** Every authorization that was made for a consumer. */
export function madeIn(world: World): { id: string; status: string; description: string }[] {
  return world.influxdb.store.authorizations().filter(({ description }) => parseMarker(description) !== undefined);
}

export async function currentText(world: World, secret = SECRET): Promise<string> {
  return (await world.secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString ?? '';
}

export async function currentValue(world: World): Promise<{ token: string; rotation: Record<string, unknown> }> {
  return JSON.parse(await currentText(world)) as { token: string; rotation: Record<string, unknown> };
}

/** What somebody does who puts a value by hand. */
export async function put(world: World, secret: string, value: string): Promise<void> {
  await world.secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: value }));
}

/** Changes the authorization of the rotator itself. */
export function setRotator(world: World, change: object): void {
  const { authorizations } = world.influxdb.store.tables;
  const row = authorizations.get(world.rotatorId);
  if (row !== undefined) authorizations.set(row.id, { ...row, ...change });
}
