import { execFile } from 'node:child_process';
import { createHandler } from '../../lambda/handler.ts';
import type { RunningServer } from '../../local/http/server.ts';
import { startLambda } from '../../local/lambda/server.ts';
import type { World } from '../../simulation/world.ts';

/** The function of a world, as it is deployed: behind Lambda's own API. */
export interface DeployedFunction extends RunningServer {
  /** What the program for people finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** @param configuration by default that of the world. */
export async function deployedIn(
  world: World,
  { alias = true, configuration = world.configuration } = {},
): Promise<DeployedFunction> {
  const handler = createHandler({
    configuration,
    secretsManager: world.secretsManagerConfig,
    clock: world.clock,
    log: () => {},
    publishMetrics: () => {},
  });
  const deployed = {
    handler,
    description: `Rotates the InfluxDB tokens of ${world.configuration.deployment}`,
    timeoutMs: world.configuration.limits.functionTimeoutMs,
    aliases: alias ? ['read-only'] : [],
    tags: { 'aws:cloudformation:stack-name': 'Rotation' },
  };
  const other = { ...deployed, description: 'Something else' };
  const server = await startLambda({
    functions: new Map([
      ['rotator', deployed],
      ['other', other],
    ]),
  });
  const env = {
    AWS_ENDPOINT_URL_LAMBDA: server.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return { ...server, env };
}

/** What a person sees. */
export interface Seen {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program, run as a script runs it: nothing of it is a terminal. */
export function type(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Seen> {
  return new Promise((settle) => {
    const options = { env: { PATH: process.env.PATH, ...env } };
    execFile(process.execPath, ['cli/main.ts', ...args], options, (error, out, err) =>
      settle({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}
