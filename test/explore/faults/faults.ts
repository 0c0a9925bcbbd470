import { CallError } from '../../../lambda/calls/call-error.ts';
import type { Call, FaultEffect } from '../../../local/http/faults.ts';
import type { Answer, RunningServer } from '../../../local/http/server.ts';
import type { EvidenceFault } from '../../../simulation/evidence-memory.ts';
import { SECOND } from '../../builders/a-configuration.ts';
import { landed, type Scene } from '../../builders/a-scene.ts';

/** What goes wrong at one call. */
export interface Kind {
  /** The run dies here: nothing that it would do afterwards reaches a server. */
  readonly kills?: boolean;
  /** The same goes wrong with every later call of the run. */
  readonly lasts?: boolean;
  readonly effect: (hit: Hit) => FaultEffect;
}

/** One call that is hit, and what its fault may use. */
export interface Hit {
  readonly scene: Scene;
  /** Undefined of a call of the evidence, which is in memory. */
  readonly server?: RunningServer;
  /** Resolves when the run is over. */
  readonly runIsOver: Promise<void>;
}

/** The caller's deadline passes while the call is under way. */
function timeOut({ scene: { world } }: Hit): void {
  world.clock.advance(world.configuration.limits.callTimeoutMs + SECOND);
}

const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

export const KINDS: Readonly<Record<string, Kind>> = {
  'killed before': { kills: true, effect: () => ({ refuse: true }) },
  'killed after': { kills: true, effect: () => ({ loseAnswer: true }) },
  'answer lost': { effect: () => ({ loseAnswer: true }) },
  'connection cut': { effect: () => ({ refuse: true }) },
  'connection refused': {
    effect: ({ server }) => ({ before: () => server?.down(), refuse: true }),
  },
  'time-out': {
    effect: (hit) => ({ before: () => timeOut(hit), refuse: true }),
  },
  'time-out, from here on': {
    lasts: true,
    effect: (hit) => ({ before: () => timeOut(hit), refuse: true }),
  },
  '429': { effect: () => ({ status: 429 }) },
  '429 with Retry-After': { effect: () => ({ status: 429, headers: { 'retry-after': '3' } }) },
  '500': { effect: () => ({ status: 500 }) },
  '500, from here on': { lasts: true, effect: () => ({ status: 500 }) },
  '503': { effect: () => ({ status: 503 }) },
  'truncated JSON': { effect: () => ({ rewrite: truncated }) },
  "502 with a proxy's page": {
    effect: () => ({ status: 502, body: '<html>bad gateway</html>', headers: { 'content-type': 'text/html' } }),
  },
  'effect after the time-out': {
    effect: (hit) => ({
      before: async () => {
        timeOut(hit);
        await soon();
      },
    }),
  },
  'effect after the run': {
    effect: (hit) => ({
      before: async () => {
        timeOut(hit);
        await hit.runIsOver;
      },
    }),
  },
  'killed, effect after the run': {
    kills: true,
    effect: (hit) => ({
      before: async () => {
        timeOut(hit);
        await hit.runIsOver;
      },
    }),
  },
};

function truncated(answer: Answer): Answer {
  return { ...answer, body: String(answer.body ?? '').slice(0, 20) };
}

export const SERVERS = ['secretsManager', 'influxdb', 'eventBridge', 'sns', 'securityHub'] as const;

/** Undefined where the configuration has nobody there who is told. */
export function serverIn({ world }: Scene, name: (typeof SERVERS)[number]): RunningServer | undefined {
  return name === 'sns' || name === 'securityHub' ? world.audience[name] : world[name];
}

/** What can go wrong at a call of the evidence. */
export const KINDS_OF_EVIDENCE: readonly string[] = [
  ...['killed before', 'killed after', 'answer lost', 'time-out'],
  ...['time-out, from here on', '500, from here on'],
];

export interface Fault {
  readonly server: (typeof SERVERS)[number] | 'evidence';
  /** 1 for the run's first call to that server. */
  readonly call: number;
  readonly kind: string;
}

/** Arms these faults for the next run. `over` must be called when the run is over; it resolves when all has landed. */
export function arm(scene: Scene, faults: readonly Fault[], afterEachCall: () => void): { over: () => Promise<void> } {
  const servers = SERVERS.flatMap((name) => serverIn(scene, name) ?? []);
  const { evidence } = scene.world;
  let dead = false;
  /** By what is down: a bucket takes no server with it. */
  const lasting = new Map<boolean, Kind>();
  let open: () => void = () => {};
  const runIsOver = new Promise<void>((resolve) => {
    open = resolve;
  });
  const decide = (
    name: Fault['server'],
    call: Pick<Call, 'number'>,
    server?: RunningServer,
  ): FaultEffect | undefined => {
    afterEachCall();
    if (dead) return { refuse: true };
    const fault = faults.find((each) => each.server === name && each.call === call.number);
    const kind = lasting.get(name === 'evidence') ?? (fault && KINDS[fault.kind]);
    if (kind === undefined) return undefined;
    if (kind.kills) dead = true;
    if (kind.lasts) lasting.set(name === 'evidence', kind);
    return kind.effect({ scene, runIsOver, ...(server && { server }) });
  };
  for (const name of SERVERS) {
    const server = serverIn(scene, name);
    server?.faults.intercept((call) => decide(name, call, server));
  }
  if (evidence !== undefined) evidence.fault = (call) => inMemory(decide('evidence', call));
  return {
    over: async () => {
      for (const server of servers) server.faults.clear();
      if (evidence !== undefined) evidence.fault = undefined;
      open();
      await landed(...servers);
      for (const server of servers) if (!server.isUp()) await server.up();
    },
  };
}

/** What goes wrong where there is no connection. */
function inMemory(effect: FaultEffect | undefined): ReturnType<EvidenceFault> {
  if (effect === undefined) return undefined;
  const { before, refuse, status, loseAnswer } = effect;
  const error = new CallError('S3_UNANSWERED', 'unanswered', 'the evidence: no answer');
  return {
    ...(before && { before }),
    ...((refuse || status !== undefined) && { fails: error }),
    ...(loseAnswer && { loses: error }),
  };
}
