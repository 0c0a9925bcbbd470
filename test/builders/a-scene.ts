import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { ConsumerReport, RunReport } from '../../lambda/engine/report/report.ts';
import { RunFailedError } from '../../lambda/engine/report/run-failed-error.ts';
import type { HandlerOptions } from '../../lambda/handler.ts';
import type { Action } from '../../lambda/requests/request.ts';
import type { Call, FaultEffect } from '../../local/http/faults.ts';
import type { RunningServer } from '../../local/http/server.ts';
import { Auditor } from '../../simulation/auditor.ts';
import { World, type WorldOptions } from '../../simulation/world.ts';

/** A row as the administrator sees it. */
export interface Row {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly userId: string;
}

/** The value of a secret that holds a document of ours. */
export interface Value {
  readonly token: string;
  readonly rotation: {
    readonly id: string;
    readonly authorizationId: string;
    readonly superseded: readonly { readonly authorizationId: string; readonly since: string }[];
  };
}

/** A world in which things go wrong: what a test does as a person, and what it sees on the servers themselves. */
export class Scene {
  readonly world: World;
  auditor: Auditor;
  /** The secret that it speaks of. */
  secret: string;

  private constructor(world: World) {
    this.world = world;
    this.auditor = new Auditor(world);
    this.secret = world.configuration.consumers[0]?.secret ?? '';
  }

  static async open(options: WorldOptions): Promise<Scene> {
    return new Scene(await World.create(options));
  }

  /** One run; a run that fails gives its report all the same. */
  async run(asked: Action | object = 'run', options: Partial<HandlerOptions> = {}): Promise<RunReport> {
    return this.world.run(asked, options).catch((error: unknown) => {
      if (error instanceof RunFailedError) return error.report;
      throw error;
    });
  }

  /** What a run says of one consumer. */
  async turn(name = 'telegraf'): Promise<ConsumerReport> {
    return consumerIn(await this.run(), name);
  }

  /**
   * One run that dies at a call: before it arrives, after its effect, or, with a gate, while it is under way: then it
   * takes effect when the gate is opened. Nothing that the run would have done after that reaches a server.
   */
  async runKilledAt(
    matches: (call: Call) => boolean,
    how: 'before' | 'after' | Gate,
    asked: Action | object = 'run',
  ): Promise<void> {
    const { influxdb, secretsManager, eventBridge, clock, configuration, evidence } = this.world;
    const servers = [influxdb, secretsManager, eventBridge];
    let dead = false;
    if (evidence !== undefined) evidence.fault = () => (dead ? { fails: new Error('the run is dead') } : undefined);
    const decide = (call: Call): FaultEffect | undefined => {
      if (dead) return { refuse: true };
      if (!matches(call)) return undefined;
      dead = true;
      if (how === 'before') return { refuse: true };
      if (how === 'after') return { loseAnswer: true };
      return {
        before: () => {
          clock.advance(configuration.limits.callTimeoutMs + 1000);
          return how.opened;
        },
      };
    };
    for (const server of servers) server.faults.intercept(decide);
    await this.run(asked);
    for (const server of servers) server.faults.clear();
    if (evidence !== undefined) evidence.fault = undefined;
  }

  /** Runs once an hour for this long, and looks at the invariants after each. */
  async runFor(ms: number, everyMs = 60 * 60 * 1000): Promise<void> {
    for (let passed = 0; passed < ms; passed += everyMs) {
      this.world.clock.advance(everyMs);
      await this.run();
      this.auditor.inspect();
    }
  }

  /** After a fault: runs at times between which a token is switched off and deleted, and what they leave. */
  async recover(): Promise<{ violations: readonly string[]; rows: number; works: boolean }> {
    const { influxdb, secretsManager, clock } = this.world;
    for (const server of [influxdb, secretsManager]) server.faults.clear();
    for (const hours of [1, 26, 26, 26]) {
      clock.advance(hours * 60 * 60 * 1000);
      await this.run();
      this.auditor.inspect();
    }
    return { violations: this.auditor.violations, rows: this.rows.length, works: await this.works() };
  }

  /** Looks at the invariants before every call, which is after every call before. */
  watch(look: () => void = () => {}): void {
    for (const server of [this.world.influxdb, this.world.secretsManager])
      server.faults.intercept(() => {
        this.auditor.inspect();
        look();
        return undefined;
      });
  }

  /** Every authorization that carries anybody's marker. */
  get rows(): Row[] {
    return this.world.influxdb.store
      .authorizations()
      .filter(({ description }) => parseMarker(description) !== undefined);
  }

  statusOf(id: string): string | undefined {
    return this.rows.find((row) => row.id === id)?.status;
  }

  async text(which: { VersionStage?: string; VersionId?: string } = {}): Promise<string> {
    const answer = await this.world.secrets.send(new GetSecretValueCommand({ SecretId: this.secret, ...which }));
    return answer.SecretString ?? '';
  }

  async value(which: { VersionStage?: string; VersionId?: string } = {}): Promise<Value> {
    return JSON.parse(await this.text(which)) as Value;
  }

  /** The authorization that the current version names. */
  async currentId(): Promise<string> {
    return (await this.value()).rotation.authorizationId;
  }

  /** True if what consumers read works. */
  async works(): Promise<boolean> {
    return this.world.influxdb.store.statusOf((await this.value()).token) === 'active';
  }

  /** What somebody does who edits the secret in the console: a new version, which is current at once. */
  async edit(change: object): Promise<void> {
    await this.put(JSON.stringify({ ...(await this.value()), ...change }));
  }

  async put(text: string): Promise<void> {
    await this.world.secrets.send(new PutSecretValueCommand({ SecretId: this.secret, SecretString: text }));
  }

  /** A token that somebody made without us, for an owner who shares it with a consumer. */
  tokenByHand(description = 'made by hand', owner = 'svc-telegraf'): Promise<{ id: string; token: string }> {
    const { admin, userIds } = this.world;
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
    return admin.createAuthorization({ userID: userIds.get(owner) ?? '', description, permissions });
  }

  /** Moves `AWSCURRENT` to another version by hand. */
  async moveLabel(toVersionId: string): Promise<void> {
    const { VersionIdsToStages = {} } = await this.world.secrets.send(
      new DescribeSecretCommand({ SecretId: this.secret }),
    );
    const from = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
    await this.world.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.secret,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: toVersionId,
        RemoveFromVersionId: from,
      }),
    );
  }

  async setStatus(id: string, status: 'active' | 'inactive'): Promise<void> {
    await this.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { status });
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** What a consumer's report says beside its reason. */
export function notesOf({ notes }: ConsumerReport): string[] {
  return notes.map(({ note }) => note);
}

export function consumerIn({ consumers }: RunReport, name = 'telegraf'): ConsumerReport {
  const found = consumers.find(({ consumer }) => consumer === name);
  if (found === undefined) throw new Error(`no report of ${name}`);
  return found;
}

/** A door that a held-up request waits at, until somebody opens it. */
export class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** Resolves when what these servers were still at has landed: no call is under way, and none follows at once. */
export async function landed(...servers: readonly Pick<RunningServer, 'underWay'>[]): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet += 1) {
    await sleep(2);
    if (servers.some((server) => server.underWay() > 0)) quiet = -1;
  }
}
