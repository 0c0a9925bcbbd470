import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import { startConfigService } from '../../local/aws-config/server.ts';
import { FILE as BUNDLE, bundleHandler, PART_FILES } from '../../scripts/bundle/bundle.ts';
import { Eavesdropper } from '../../simulation/eavesdropper.ts';
import { World } from '../../simulation/world.ts';
import { WallClock } from '../explore/kills/wall-clock.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { type FunctionOptions, LambdaRuntime, type Outcome } from './lambda-runtime.ts';

/** Ends only what hangs. */
const MINUTE = 60_000;

const RUN = { action: 'run' };

const FILE = {
  deployment: 'runtime',
  influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
  consumers: ['telegraf', 'grafana'].map((name) => ({
    name,
    secret: `influxdb/acme/${name}`,
    owner: `svc-${name}`,
    read: ['telemetry'],
  })),
};

/** Only for a function that is killed: all others have a quarter of an hour, so that no machine is too slow for them. */
const BRIEF = { functionTimeout: '6s', callTimeout: '2s', requestLife: '5s', clockTolerance: '2s', lease: '15s' };

const client = toolOf('test/tools/lambda-ric/build.sh');

describe.runIf('program' in client)(`the bundle in the client of the Lambda runtime${whySkipped(client)}`, () => {
  let world: World;
  let folder: string;
  let runtime: LambdaRuntime | undefined;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    await bundleHandler();
  });

  beforeEach(async () => {
    world = await World.create({ configuration: parseConfiguration(FILE, 'the test'), clock: new WallClock(0) });
    folder = mkdtempSync(join(tmpdir(), 'function-'));
    copyFileSync(BUNDLE, join(folder, 'index.js'));
    for (const file of PART_FILES) copyFileSync(file, join(folder, basename(file)));
    configure();
  });

  afterEach(async () => {
    const said = [...(runtime?.log() ?? []), JSON.stringify(outcomes.splice(0))];
    await runtime?.close();
    runtime = undefined;
    rmSync(folder, { recursive: true });
    await world.close();
    const eavesdropper = new Eavesdropper();
    for (const text of said) eavesdropper.hear(text);
    expect(eavesdropper.leaks([world.rotatorToken])).toEqual([]);
  });

  /** Puts a configuration beside the bundle, where the handler looks for it. */
  function configure(rest: object = {}): void {
    const influxdb = { ...FILE.influxdb, url: world.influxdb.url };
    writeFileSync(join(folder, 'rotation.json'), JSON.stringify({ ...FILE, influxdb, ...rest }));
  }

  /** The next invocation of one function; the options count for the first. */
  async function invoke(event: unknown, options: Partial<FunctionOptions> = {}): Promise<Outcome> {
    runtime ??= await LambdaRuntime.create({
      client: 'program' in client ? client.program : '',
      folder,
      handler: 'index.handler',
      timeoutMs: 15 * MINUTE,
      ...options,
      environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secretsManager.url, ...options.environment },
    });
    const outcome = await runtime.invoke(event);
    outcomes.push(outcome);
    return outcome;
  }

  /** The lines that CloudWatch would parse. */
  function events(): Record<string, unknown>[] {
    return (runtime?.log() ?? []).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  /** The statuses of the tokens that the applications find in their secrets. */
  function tokensInSecrets(): (string | undefined)[] {
    return FILE.consumers.map(({ secret }) => {
      const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
      const current = versions.find(({ stages }) => stages.has('AWSCURRENT'));
      const { token } = JSON.parse(current?.value ?? '{}') as { token?: string };
      return token === undefined ? undefined : world.influxdb.store.statusOf(token);
    });
  }

  it('answers with the report, and takes the next invocation in the same process', async () => {
    expect(await invoke(RUN)).toMatchObject({ kind: 'result', payload: { counts: { rotated: 2, failed: 0 } } });
    expect(tokensInSecrets()).toEqual(['active', 'active']);
    expect(await invoke(RUN)).toMatchObject({ kind: 'result', payload: { counts: { rotated: 0, failed: 0 } } });
    expect(runtime?.starts).toBe(1);
  });

  it.each([
    ['Text', 'INFO', true],
    ['JSON', 'INFO', true],
    ['JSON', 'WARN', false],
  ])('prints its events and its metrics as they are in log format %s at level %s', async (format, level, verbose) => {
    await invoke(RUN, { environment: { AWS_LAMBDA_LOG_FORMAT: format, AWS_LAMBDA_LOG_LEVEL: level } });
    const lines = events();
    expect(lines).toHaveLength(runtime?.log().length ?? 0);
    const metrics = lines.filter((line) => '_aws' in line);
    expect(metrics).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Namespace: 'InfluxdbTokenRotation', Dimensions: [['service', 'deployment']] }] },
        deployment: 'runtime',
        TokensRotated: 2,
        RunsSucceeded: 1,
      },
    ]);
    const codes = lines.filter((line) => !('_aws' in line)).map(({ code }) => code);
    expect(codes).not.toContain(undefined);
    expect(codes.includes('RUN_FINISHED')).toBe(verbose);
  });

  it('answers the rule of AWS Config, and does nothing else', async () => {
    const config = await startConfigService({ accountId: '000000000000' });
    const environment = { AWS_ENDPOINT_URL_CONFIG_SERVICE: config.url };
    try {
      await invoke(RUN, { environment });
      const before = world.influxdb.store.snapshot();
      expect(await invoke(config.ask())).toMatchObject({ kind: 'result', payload: { compliant: 2, leftOut: [] } });
      expect([...config.evaluated.values()].map(({ compliance }) => compliance)).toEqual(['COMPLIANT', 'COMPLIANT']);
      expect(world.influxdb.store.snapshot()).toEqual(before);
      expect(await invoke({ ...config.ask(), accountId: '123456789012' })).toMatchObject({
        ...{ kind: 'error', payload: { errorMessage: expect.stringContaining('not about the account') } },
      });
    } finally {
      await config.close();
    }
  });

  it('fails an invocation in which a consumer failed with one summary', async () => {
    world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', status: 422 });
    const outcome = await invoke(RUN);
    expect(outcome).toMatchObject({
      kind: 'error',
      payload: { errorType: 'RunFailedError', errorMessage: expect.stringMatching(/^1 of 2 consumers failed: /) },
    });
    expect(Object.keys(outcome.payload ?? {})).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(events().filter(({ code }) => code === 'CONSUMER_FAILED')).toHaveLength(1);
    expect(await invoke(RUN)).toMatchObject({ kind: 'result', payload: { counts: { rotated: 1, failed: 0 } } });
    expect(runtime?.starts).toBe(1);
  });

  it('fails an invocation whose event it does not know', async () => {
    expect(await invoke({ action: 'turn' })).toMatchObject({
      kind: 'error',
      payload: { errorType: 'RequestError', errorMessage: expect.stringContaining('the event is not understood') },
    });
  });

  it('fails every invocation with all that is wrong with its configuration', async () => {
    configure({ deployment: undefined, limits: { lease: '1s' } });
    for (const _ of ['first', 'second'])
      expect(await invoke(RUN)).toMatchObject({
        kind: 'error',
        payload: {
          errorType: 'ConfigurationError',
          errorMessage: expect.stringMatching(/^rotation.json has \d problems:\n(.*\n)*.*deployment/),
        },
      });
    expect(world.calls).toBe(0);
  });

  it('fails if it may run for longer than its configuration says', async () => {
    expect(await invoke(RUN, { timeoutMs: 16 * MINUTE })).toMatchObject({
      kind: 'error',
      payload: { errorMessage: expect.stringContaining('longer than limits.functionTimeout (15 minutes)') },
    });
    expect(world.calls).toBe(0);
  });

  it('fails to start if the handler is misspelt', async () => {
    expect(await invoke(RUN, { handler: 'index.main' })).toMatchObject({
      kind: 'error',
      payload: { errorType: 'Runtime.HandlerNotFound' },
    });
  });

  it.each(['POST /api/v2/authorizations', 'UpdateSecretVersionStage'])(
    'is killed at the time-out after %s, and another process finishes when the lease has passed',
    async (operation) => {
      configure({ limits: BRIEF });
      for (const { faults } of [world.influxdb, world.secretsManager])
        faults.add({ on: operation, after: () => runtime?.freeze() });
      expect(await invoke(RUN, { timeoutMs: 6000 })).toEqual({
        kind: 'error',
        payload: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 6.00 seconds' },
      });
      expect(tokensInSecrets()).toContain(undefined);
      await vi.waitFor(
        async () => {
          expect(await invoke(RUN)).toMatchObject({ kind: 'result', payload: { counts: { failed: 0, blocked: 0 } } });
          expect(tokensInSecrets()).toEqual(['active', 'active']);
        },
        { timeout: 5 * MINUTE, interval: 1000 },
      );
      // On a loaded machine another process may be too slow, too; but none ends in any other way.
      expect(runtime?.starts).toBeGreaterThanOrEqual(2);
      const endings = outcomes.flatMap(({ kind, payload }) => (kind === 'error' ? [payload.errorType] : []));
      expect(endings.filter((type) => !['Sandbox.Timedout', 'RunFailedError'].includes(type))).toEqual([]);
    },
  );
});
