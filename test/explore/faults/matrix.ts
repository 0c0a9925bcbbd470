import { rotatedIn } from '../../../lambda/config/self.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import type { Action } from '../../../lambda/requests/request.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { finalDoubts } from '../evidence/final-doubts.ts';
import { EvidenceJudge } from '../evidence/judge.ts';
import { disagreements } from './agreement.ts';
import { arm, type Fault, KINDS, KINDS_OF_EVIDENCE, SERVERS, serverIn } from './faults.ts';
import { holdingsOf, LogBook } from './log-book.ts';
import { MetricBook } from './metric-book.ts';
import { openScenario, SCENARIOS } from './scenarios.ts';

/** One way in which one run goes wrong. */
export interface Point {
  readonly scenario: string;
  readonly tokens: TokenMode;
  readonly faults: readonly Fault[];
}

/** What came of it. */
export interface Outcome {
  readonly point: Point;
  readonly violations: readonly string[];
  /** Undisturbed runs until only the current token was left. */
  readonly cleanRuns: number;
  /** Calls that these runs took. */
  readonly calls: number;
  /** The calls of the disturbed run and of those after it, for a person to follow. */
  readonly trace: readonly string[];
}

/** Between undisturbed runs: longer than lease and grace, and than the hold period. */
const PAUSE_MS = 25 * HOUR;

/** The kinds of fault that go into pairs: what makes the run go on differently, and then what ends it. */
const FIRST = ['answer lost', 'connection cut', 'time-out', '429 with Retry-After', '500', 'effect after the run'];
const SECOND_KINDS = [
  'killed before',
  'killed after',
  'answer lost',
  'time-out, from here on',
  '500',
  'effect after the run',
];

/** A scenario on one kind of server, ready to be run again and again from the same state. */
class Stage {
  readonly scenario: string;
  readonly tokens: TokenMode;
  readonly #scene: Scene;
  readonly #restore: () => void;
  readonly #auditor: Auditor;

  private constructor(scenario: string, tokens: TokenMode, scene: Scene) {
    this.scenario = scenario;
    this.tokens = tokens;
    this.#scene = scene;
    this.#restore = scene.world.save();
    this.#auditor = scene.auditor;
  }

  static async open(name: string, tokens: TokenMode): Promise<Stage> {
    const scenario = SCENARIOS[name];
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    // What a server shows of tokens changes nothing of the evidence: one kind of server tells.
    const [first] = scenario.only ?? MODES;
    return new Stage(
      name,
      tokens,
      await openScenario(scenario, tokens, tokens === first ? new EvidenceMemory() : undefined),
    );
  }

  get #request(): Action | object {
    const { request = 'run' } = SCENARIOS[this.scenario] ?? {};
    return typeof request === 'function' ? request(this.#scene) : request;
  }

  /** What goes wrong: a run, or what the scenario has instead, which has no report. */
  #act(options: Partial<HandlerOptions>): Promise<RunReport | undefined> {
    return SCENARIOS[this.scenario]?.act?.(this.#scene, options) ?? this.#scene.run(this.#request, options);
  }

  /** How many calls the undisturbed run makes. */
  async countCalls(): Promise<Record<Fault['server'], number>> {
    this.#restore();
    await this.#act({});
    const { evidence } = this.#scene.world;
    const calls = SERVERS.map((name) => [name, serverIn(this.#scene, name)?.calls.length ?? 0]);
    return { ...Object.fromEntries(calls), evidence: evidence?.calls ?? 0 };
  }

  async try(faults: readonly Fault[]): Promise<Outcome> {
    const scene = this.#scene;
    const { world } = scene;
    this.#restore();
    const { maxLive = 2 } = SCENARIOS[this.scenario] ?? {};
    const auditor = this.#auditor.copy({ healthy: false, maxLive });
    auditor.accept();
    scene.auditor = auditor;
    // Where the evidence cannot be written, nothing waits for it (E7); a run that died did nothing afterwards.
    const keepsIntents = faults.every(({ server, kind }) => server !== 'evidence' || KINDS[kind]?.kills === true);
    const { evidence } = world;
    const judge = evidence && new EvidenceJudge(world, { texts: () => evidence.texts, keepsIntents });
    const before = holdingsOf(world);
    const book = new LogBook();
    const look = () => {
      auditor.inspect();
      judge?.look();
    };
    const armed = arm(scene, faults, look);
    const metrics = new MetricBook();
    const report = await this.#act({ log: book.log, publishMetrics: metrics.publish });
    const disagreeing =
      report === undefined
        ? []
        : [...disagreements(world, report, book), ...metrics.disagreements(world, report, before, holdingsOf(world))];
    await armed.over();
    auditor.inspect();
    const unexplained = book.unexplained(before, holdingsOf(world));
    judge?.judge();
    const disturbed = world.calls;
    scene.watch(() => judge?.look());
    const allowed = SCENARIOS[this.scenario]?.cleanRuns ?? 3;
    let cleanRuns = 0;
    let untidy: string[];
    do {
      cleanRuns += 1;
      await SCENARIOS[this.scenario]?.again?.(scene);
      auditor.inspect();
      judge?.accept();
      world.clock.advance(PAUSE_MS);
      await scene.run();
      auditor.inspect();
      untidy = this.#untidy();
    } while (untidy.length > 0 && cleanRuns < allowed);
    const unrecorded = judge === undefined ? [] : await finalDoubts(scene, judge);
    const point = { scenario: this.scenario, tokens: this.tokens, faults };
    const leaks = world.leaks().map(() => 'I7: a token was logged or reported');
    const untold = [...(world.configuration.events === undefined ? [] : this.#untold()), ...this.#unreported()];
    const violations = [
      ...untold,
      ...auditor.violations,
      ...unexplained,
      ...disagreeing,
      ...untidy,
      ...leaks,
      ...unrecorded,
    ];
    const trace = violations.length === 0 ? [] : this.#trace();
    return { point, violations, cleanRuns, calls: world.calls - disturbed, trace };
  }

  async close(): Promise<void> {
    await this.#scene.close();
  }

  /** I6: what is wrong in the end. */
  #untidy(): string[] {
    const { world } = this.#scene;
    const wrong: string[] = [];
    const current = new Set<string>();
    for (const { name, secret, retired } of rotatedIn(world.configuration)) {
      const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
      const { token } = tokenIn(versions.find(({ stages }) => stages.has('AWSCURRENT'))?.value);
      const row = token === undefined ? undefined : world.influxdb.store.authorizationOf(token);
      if (row !== undefined && !retired) current.add(row.id);
      if (row?.status !== 'active' && !retired && !this.#failing.includes(name))
        wrong.push(`I6: ${name} has no working token in the end`);
    }
    for (const { id, status } of this.#scene.rows) {
      if (!current.has(id)) wrong.push(`I6: authorization ${id} (${status}) is left behind`);
    }
    return wrong;
  }

  /** N1: the current version that nobody was told of. */
  #untold(): string[] {
    const { configuration, secretsManager, eventBridge } = this.#scene.world;
    const told = new Set(eventBridge.events.map(({ detail }) => detail.versionId));
    return configuration.consumers.flatMap(({ name, secret }) => {
      const versions = [...(secretsManager.store.secret(secret)?.versions.values() ?? [])];
      const current = versions.find(({ stages }) => stages.has('AWSCURRENT'));
      const isOurs = current !== undefined && !this.#failing.includes(name);
      return !isOurs || told.has(current.id) ? [] : [`N1: ${name} was not told of version ${current.id}`];
    });
  }

  /** Whoever fails, whatever runs do. */
  get #failing(): readonly string[] {
    return this.scenario.includes('one of which fails') ? ['grafana'] : [];
  }

  /** N4: who fails in the end, and of whom somebody was not told. */
  #unreported(): string[] {
    const { configuration, eventBridge, audience } = this.#scene.world;
    const { news, securityHub } = configuration;
    return this.#failing.flatMap((name) => {
      const people = audience.sns?.messages.some(({ message }) => message.includes(name));
      const bus = eventBridge.events.some(({ detail }) => detail.kind === 'failed' && detail.consumer === name);
      const finding = audience.securityHub?.findings.get(`influxdb-token-rotation/prod/${name}/failed`);
      return [
        ...(news !== undefined && !people ? [`N4: people were not told that ${name} fails`] : []),
        ...(news !== undefined && !bus ? [`N4: the bus was not told that ${name} fails`] : []),
        ...(securityHub && finding?.finding.RecordState !== 'ACTIVE' ? [`N4: there is no finding of ${name}`] : []),
      ];
    });
  }

  #trace(): string[] {
    return SERVERS.flatMap((name) => serverIn(this.#scene, name)?.calls ?? [])
      .toSorted((one, other) => one.at - other.at)
      .map(
        ({ at, operation, status, number }) =>
          `${new Date(at).toISOString()} ${operation} #${number} → ${status ?? 'no answer'}`,
      );
  }
}

function tokenIn(text: string | undefined): { token?: string } {
  try {
    return JSON.parse(text ?? '{}') as { token?: string };
  } catch {
    return {};
  }
}

export const MODES: readonly TokenMode[] = ['hashed', 'plain', 'cloud'];

/** Each scenario on each kind of server: the unit of work. */
export const STAGES = MODES.flatMap((tokens) =>
  Object.entries(SCENARIOS)
    .filter(([, { only = MODES }]) => only.includes(tokens))
    .map(([scenario]) => ({ scenario, tokens })),
);

/** Every call of the scenario's run × every kind of fault. */
export async function* singles(scenario: string, tokens: TokenMode): AsyncGenerator<Outcome> {
  const stage = await Stage.open(scenario, tokens);
  try {
    for (const call of await callsOf(stage))
      for (const kind of call.server === 'evidence' ? KINDS_OF_EVIDENCE : Object.keys(KINDS))
        yield await stage.try([{ ...call, kind }]);
  } finally {
    await stage.close();
  }
}

/** Two faults in one run of the due rotation, for all pairs of its calls; the kinds of both are chosen. */
export async function* pairs(first: number, of: number): AsyncGenerator<Outcome> {
  const stage = await Stage.open('rotation due', 'hashed');
  try {
    const calls = (await callsOf(stage)).filter(({ server }) => server !== 'evidence');
    let index = 0;
    for (const [position, one] of calls.entries())
      for (const other of calls.slice(position + 1))
        for (const kind of FIRST)
          for (const second of SECOND_KINDS) {
            index += 1;
            if (index % of === first)
              yield await stage.try([
                { ...one, kind },
                { ...other, kind: second },
              ]);
          }
  } finally {
    await stage.close();
  }
}

async function callsOf(stage: Stage): Promise<Omit<Fault, 'kind'>[]> {
  const counts = await stage.countCalls();
  return ([...SERVERS, 'evidence'] as const).flatMap((server) =>
    Array.from({ length: counts[server] }, (_, index) => ({ server, call: index + 1 })),
  );
}
