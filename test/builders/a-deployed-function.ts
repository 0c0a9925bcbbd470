import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { createHandler } from '../../lambda/handler.ts';
import { LEVELS } from '../../lambda/log/levels.ts';
import type { Log } from '../../lambda/log/log.ts';
import type { RunningServer } from '../../local/http/server.ts';
import { invoke } from '../../local/lambda/function.ts';
import { type Context, type Stdout, startLambda } from '../../local/lambda/server.ts';
import { type LogsServer, startLogs } from '../../local/logs/server.ts';
import { CLI_FILE } from '../../scripts/bundle/bundle.ts';
import type { World } from '../../simulation/world.ts';

/** The function of a world, as it is deployed: behind Lambda's own API. */
export interface DeployedFunction extends RunningServer {
  /** What the program for people finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The function writes into the group `rotator-log`. */
  readonly logs: LogsServer;
  /** What a service of AWS does. */
  invoked(event: object): Promise<void>;
  /** What the schedule does. */
  scheduledRun(): Promise<void>;
}

export const LOG_GROUP = 'rotator-log';

interface Deployment {
  readonly alias?: boolean;
  /** By default that of the world at each invocation: whoever changes that has deployed it. */
  readonly configuration?: Configuration;
  /** How many lines of the log one page is found in. */
  readonly scan?: number;
}

export async function deployedIn(
  world: World,
  { alias = true, configuration, scan = 1000 }: Deployment = {},
): Promise<DeployedFunction> {
  const { clock } = world;
  const handler = (event: unknown, context: Context, stdout: Stdout) =>
    createHandler({
      configuration: configuration ?? world.configuration,
      clock,
      secretsManager: world.secretsManagerConfig,
      log: jsonLines(world.configuration.deployment, context.awsRequestId, stdout),
      publishMetrics: () => {},
    })(event, context);
  const logs = await startLogs({ now: clock.now, scan });
  const deployed = {
    handler,
    description: `Rotates the InfluxDB tokens of ${world.configuration.deployment}`,
    timeoutMs: world.configuration.limits.functionTimeoutMs,
    aliases: alias ? ['read-only'] : [],
    tags: { 'aws:cloudformation:stack-name': 'Rotation' },
    logGroup: LOG_GROUP,
  };
  const other = { ...deployed, description: 'Something else' };
  const server = await startLambda({
    functions: new Map([
      ['rotator', deployed],
      ['other', other],
    ]),
    logGroups: logs.groups,
  });
  const env = {
    AWS_ENDPOINT_URL_LAMBDA: server.url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ...CACHED,
  };
  const invoked = async (event: object) => {
    const stdout = (line: string) => logs.groups.write(LOG_GROUP, 'scheduled', line);
    await invoke(deployed, 'arn:aws:lambda:us-east-1:123456789012:function:rotator', event, stdout);
  };
  const close = async () => {
    await Promise.all([server.close(), logs.close()]);
  };
  return { ...server, env, logs, invoked, scheduledRun: () => invoked({ action: 'run' }), close };
}

/** The lines that the function writes (`lambda/telemetry/lines.ts`). */
function jsonLines(deployment: string, requestId: string, stdout: Stdout): Log {
  const service = 'influxdb-token-rotation';
  return (code, fields) =>
    stdout(
      JSON.stringify({
        level: LEVELS[code].toUpperCase(),
        message: code,
        service,
        deployment,
        requestId,
        code,
        ...fields,
      }),
    );
}

/** Where the program keeps what Node made of it. */
export const CACHED = { XDG_CACHE_HOME: resolve('dist/cache') };

/** The program as its users have it. */
export const PROGRAM_FILE = resolve(CLI_FILE);

/** What a person sees. */
export interface Seen {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program, run as a script runs it: nothing of it is a terminal. */
export function type(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string): Promise<Seen> {
  return new Promise((settle) => {
    const options = { cwd, env: { PATH: process.env.PATH, ...CACHED, ...env }, maxBuffer: 100 * 1024 * 1024 };
    execFile(process.execPath, [PROGRAM_FILE, ...args], options, (error, out, err) =>
      settle({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}
