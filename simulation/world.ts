import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Configuration } from '../lambda/config/configuration.ts';
import type { StepReport } from '../lambda/engine/four-steps.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import { createHandler, type Handler, type HandlerOptions } from '../lambda/handler.ts';
import type { Log } from '../lambda/log/log.ts';
import type { Action } from '../lambda/requests/request.ts';
import { type EventBridgeServer, startEventBridge } from '../local/eventbridge/server.ts';
import type { RunningServer } from '../local/http/server.ts';
import { type InfluxdbServer, startInfluxdb } from '../local/influxdb/server.ts';
import type { RotationEvent } from '../local/secrets-manager/rotation-function.ts';
import { type SecretsManagerServer, startSecretsManager } from '../local/secrets-manager/server.ts';
import { SimulatedClock } from '../local/simulated-clock.ts';
import { Administrator } from './administrator.ts';
import { Audience } from './audience.ts';
import { connectionTo } from './connection-to.ts';
import { Eavesdropper } from './eavesdropper.ts';
import type { EvidenceMemory } from './evidence-memory.ts';
import { LogMemory } from './log-memory.ts';
import { onboard } from './onboarding.ts';
import { stringsIn } from './strings-in.ts';
import type { WorldOptions } from './world-options.ts';

export { connectionTo } from './connection-to.ts';
export type { WorldOptions } from './world-options.ts';

type Methods = 'history' | 'secretsManagerConfig' | 'run' | 'step' | 'calls' | 'leaks' | 'save' | 'close';

/** The servers on one simulated clock, prepared for a configuration, and the real handler that works on them. */
export class World {
  readonly clock: SimulatedClock;
  readonly influxdb: InfluxdbServer;
  readonly secretsManager: SecretsManagerServer;
  /** Its buses are `default` and the configured one. */
  readonly eventBridge: EventBridgeServer;
  readonly audience: Audience;
  readonly admin: Administrator;
  readonly secrets: SecretsManagerClient;
  readonly bucketIds: ReadonlyMap<string, string>;
  readonly userIds: ReadonlyMap<string, string>;
  readonly rotatorId: string;
  readonly rotatorToken: string;
  readonly evidence: EvidenceMemory | undefined;
  /** What the handler logged. */
  readonly history: LogMemory;
  /** The configuration that was given, with the URL of the running InfluxDB. */
  configuration: Configuration;
  readonly #eavesdropper = new Eavesdropper();

  private constructor(parts: Omit<World, Methods>) {
    this.clock = parts.clock;
    this.history = new LogMemory(parts.clock);
    this.influxdb = parts.influxdb;
    this.secretsManager = parts.secretsManager;
    this.eventBridge = parts.eventBridge;
    this.audience = parts.audience;
    this.admin = parts.admin;
    this.secrets = parts.secrets;
    this.bucketIds = parts.bucketIds;
    this.userIds = parts.userIds;
    this.rotatorId = parts.rotatorId;
    this.rotatorToken = parts.rotatorToken;
    this.evidence = parts.evidence;
    this.configuration = parts.configuration;
  }

  static async create({
    configuration,
    tokens = 'hashed',
    startsAt = Date.UTC(2026, 0, 1),
    clock = new SimulatedClock(startsAt),
    initialValue = () => '{}',
    evidence,
  }: WorldOptions): Promise<World> {
    const influxdb = await startInfluxdb({ now: clock.now, tokens });
    const secretsManager = await startSecretsManager({ now: clock.now, functions: new Map() });
    const buses = configuration.events === undefined ? [] : [configuration.events.bus];
    const eventBridge = await startEventBridge({ now: clock.now, buses });
    const audience = await Audience.open(configuration, clock.now);
    const secrets = new SecretsManagerClient({ ...connectionTo(secretsManager), maxAttempts: 1 });
    const admin = await Administrator.setUp(influxdb.url, configuration.influxdb.org ?? 'acme');
    const onboarded = await onboard(admin, secrets, { configuration, tokens, initialValue });
    influxdb.calls.length = 0;
    secretsManager.calls.length = 0;
    return new World({
      clock,
      influxdb,
      secretsManager,
      eventBridge,
      audience,
      admin,
      secrets,
      ...onboarded,
      evidence,
      configuration: {
        ...configuration,
        influxdb: { ...configuration.influxdb, url: influxdb.url },
        ...(evidence && { evidence: { folder: evidence.place } }),
      },
    });
  }

  get secretsManagerConfig(): SecretsManagerClientConfig {
    return connectionTo(this.secretsManager);
  }

  /**
   * Invokes the handler once, with all of the configured time left.
   * @param asked an action, or a whole request.
   */
  run(asked: Action | object = 'run', options: Partial<HandlerOptions> = {}): Promise<RunReport> {
    const event: unknown = typeof asked === 'string' ? { action: asked } : asked;
    return this.#invoke((handler, context) => handler(event, context), options);
  }

  /** The same, as Secrets Manager does it. */
  step(event: RotationEvent, options: Partial<HandlerOptions> = {}): Promise<StepReport> {
    return this.#invoke((handler, context) => handler(event, context), options);
  }

  #invoke<T>(
    invoke: (handler: Handler, context: Parameters<Handler>[1]) => Promise<T>,
    options: Partial<HandlerOptions>,
  ): Promise<T> {
    const handler = createHandler({
      configuration: this.configuration,
      secretsManager: this.secretsManagerConfig,
      clock: this.clock,
      publishMetrics: () => {},
      history: this.history,
      evidenceStore: this.evidence,
      ...options,
      endpoints: { eventBridge: this.eventBridge.url, ...this.audience.endpoints, ...options.endpoints },
      log: this.history.on(this.#eavesdropper.on(options.log ?? SILENT)),
    });
    const left = (options.configuration ?? this.configuration).limits.functionTimeoutMs;
    const endsAt = this.clock.now() + left;
    const invokedFunctionArn = 'arn:aws:lambda:us-east-1:123456789012:function:rotation';
    const context = { getRemainingTimeInMillis: () => endsAt - this.clock.now(), invokedFunctionArn };
    return this.#eavesdropper.ending(invoke(handler, context));
  }

  /** Whatever the runs so far said in logs, reports, errors and events that contains a token or another secret value (I7). */
  leaks(): string[] {
    const values = this.secretsManager.store
      .secrets()
      .flatMap(({ versions }) => [...versions.values()].flatMap(({ value }) => stringsIn(value)));
    for (const event of this.eventBridge.events) this.#eavesdropper.hear(JSON.stringify(event));
    const told = [...this.audience.heard, ...(this.evidence?.texts ?? [])];
    for (const text of told) this.#eavesdropper.hear(text);
    return this.#eavesdropper.leaks([...values, this.rotatorToken, this.admin.operatorToken]);
  }

  /**
   * Saves the present state.
   * @returns a function that goes back to that state, and forgets calls, faults and whatever runs have said.
   */
  save(): () => void {
    const { clock, influxdb, secretsManager, eventBridge, audience, configuration } = this;
    const now = clock.now();
    const rows = influxdb.store.snapshot();
    const secrets = secretsManager.store.snapshot();
    const restore = [this.history.save(), audience.save(), this.evidence?.save()];
    return () => {
      clock.set(now);
      this.#eavesdropper.forget();
      for (const each of restore) each?.();
      influxdb.store.restore(rows);
      secretsManager.store.restore(secrets);
      this.configuration = configuration;
      eventBridge.events.length = 0;
      for (const server of [influxdb, secretsManager, eventBridge, ...audience.servers]) {
        server.calls.length = 0;
        server.faults.clear();
      }
    };
  }

  /** Calls that the servers have received. */
  get calls(): number {
    return this.#servers.reduce((sum, { calls }) => sum + calls.length, 0);
  }

  get #servers(): RunningServer[] {
    return [this.influxdb, this.secretsManager, this.eventBridge, ...this.audience.servers];
  }

  /** Stops the servers. Throws if a run said what it must not, so that its test or demonstration fails. */
  async close(): Promise<void> {
    this.secrets.destroy();
    await Promise.all(this.#servers.map((server) => server.close()));
    if (this.leaks().length > 0) throw new Error('I7: a token, or part of one, was logged or reported');
  }
}

/** A log that nobody reads. */
export const SILENT: Log = () => {};
