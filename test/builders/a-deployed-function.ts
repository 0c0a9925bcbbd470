import { execFile } from 'node:child_process';
import { createHandler } from '../../lambda/handler.ts';
import type { RunningServer } from '../../local/http/server.ts';
import { type LambdaFunction, startLambda } from '../../local/lambda/server.ts';
import type { World } from '../../simulation/world.ts';

/** The function of a world, as it is deployed: behind Lambda's own API. */
export interface DeployedFunction extends RunningServer {
  /** What the program for people finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export async function deployedIn(world: World, { alias = true } = {}): Promise<DeployedFunction> {
  // Whoever changes the configuration of the world has deployed it.
  const handler: LambdaFunction['handler'] = (event, context) =>
    createHandler({
      configuration: world.configuration,
      secretsManager: world.secretsManagerConfig,
      clock: world.clock,
      log: () => {},
      publishMetrics: () => {},
    })(event, context);
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
export function type(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  program = 'cli/main.ts',
): Promise<Seen> {
  return new Promise((settle) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 100 * 1024 * 1024 };
    execFile(process.execPath, [program, ...args], options, (error, out, err) =>
      settle({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}
