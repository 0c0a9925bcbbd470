import type { ConsumerSettings } from '../config/configuration.ts';
import { NOTHING_DUE } from '../log/reason-codes.ts';
import type { Command, ConsumerCommand, Retire, RunRequest } from '../requests/request.ts';
import type { Asked } from './plan/facts.ts';
import type { ConsumerReport } from './report/report.ts';

/**
 * What one look at the world is about. A run is one pass. A command may take several, each of which decides anew from
 * what is: so what a command does is decided where all else is, and a run that finds its half-done work goes on with it.
 */
export interface Pass {
  readonly consumers: readonly ConsumerSettings[];
  readonly asked: ReadonlyMap<string, Asked>;
  readonly retire: Retire | undefined;
  /** The consumers whose leaked tokens this run has replaced, and now ends. */
  readonly ending: ReadonlySet<string>;
  /** Of those, the ones whose leak is the word of this run's own request, and not only of what it read. */
  readonly replaced: ReadonlySet<string>;
  /** It is of no use before, in milliseconds since the epoch. */
  readonly notBefore: number;
  /** About some consumers, and not all. */
  readonly isPartial: boolean;
  /** Nothing that this run did is among what it sees. */
  readonly isFirst: boolean;
}

/** More than any command takes: write down that it leaked, replace, delete; and again where another was faster. */
const MOST_PASSES = 6;

export function firstPass(request: RunRequest, all: readonly ConsumerSettings[], now: number): Pass {
  const command = commandOf(request);
  const named = command === undefined ? namesIn(request) : namesIn(command);
  const names = named && new Set(named);
  const asked = command === undefined || command.action === 'retire' ? [] : [...(names ?? [])].map(asks(command, now));
  return {
    consumers: names === undefined ? all : all.filter(({ name }) => names.has(name)),
    asked: new Map(asked),
    retire: command?.action === 'retire' ? command : undefined,
    ending: new Set(),
    replaced: new Set(),
    notBefore: now,
    isPartial: names !== undefined,
    isFirst: true,
  };
}

/** A consumer that needs another look, for what is still asked for or for what any run would do now. */
interface Left {
  readonly name: string;
  readonly asked: Asked | undefined;
  readonly notBefore?: number;
}

/** What is left to do after a pass; undefined for nothing. */
export function nextPass(pass: Pass, reports: readonly ConsumerReport[], count: number): Pass | undefined {
  if (count >= MOST_PASSES) return undefined;
  const left = reports.flatMap((report): Left[] => {
    const { consumer: name } = report;
    const asked = pass.asked.get(name);
    if (hasReplacedLeaked(report, asked)) return [{ name, asked: undefined }];
    const heldUntil = pass.ending.has(name) ? leakedHeldUntil(report) : undefined;
    if (heldUntil !== undefined) return [{ name, asked: undefined, notBefore: heldUntil }];
    const still = asked && stillAsked(asked, report);
    return still === undefined ? [] : [{ name, asked: still }];
  });
  if (left.length === 0) return undefined;
  const names = new Set(left.map(({ name }) => name));
  return {
    ...pass,
    consumers: pass.consumers.filter(({ name }) => names.has(name)),
    asked: new Map(left.flatMap(({ name, asked }): [string, Asked][] => (asked === undefined ? [] : [[name, asked]]))),
    retire: undefined,
    ending: new Set(left.flatMap(({ name, asked }) => (asked === undefined ? name : []))),
    replaced: new Set(left.flatMap(({ name, asked }) => (asked === undefined && isTold(pass, name) ? name : []))),
    notBefore: Math.max(...left.map(({ notBefore = 0 }) => notBefore)),
    isPartial: true,
    isFirst: false,
  };
}

/** H18: a token that was just given back is deleted a little later. In milliseconds since the epoch. */
function leakedHeldUntil({ notes }: ConsumerReport): number | undefined {
  const times = notes.flatMap(({ code, until }) => (code === 'COMPROMISED_HELD' && until ? Date.parse(until) : []));
  return times.length === 0 ? undefined : Math.max(...times);
}

function isTold({ asked, replaced }: Pass, name: string): boolean {
  return isLeak(asked.get(name)) || replaced.has(name);
}

function isLeak(asked: Asked | undefined): boolean {
  return asked?.command.action === 'rotate' && asked.command.compromised;
}

/** The tokens that leaked end in this run, too. */
function hasReplacedLeaked({ actions }: ConsumerReport, asked: Asked | undefined): boolean {
  const leaked = isLeak(asked);
  return actions.some(
    ({ kind, outcome, reasonCode }) =>
      kind === 'rotate' && outcome === 'done' && (leaked || reasonCode === 'CURRENT_COMPROMISED'),
  );
}

/** What is left of what was asked for of a consumer. */
function stillAsked(asked: Asked, { state, actions }: ConsumerReport): Asked | undefined {
  if (state === 'changed') return { ...asked, settled: false };
  const done = new Set(actions.flatMap(({ kind, outcome }) => (outcome === 'done' ? kind : [])));
  if (done.has('reactivate')) return { ...asked, settled: true };
  // U1: access comes first, by a token that lives; whoever asked for a new one still wants it.
  if (asked.command.action === 'rotate' && done.has('copy-forward')) return asked;
  return done.has('note-compromised') ? asked : undefined;
}

/** A consumer's report after its last pass, with what the passes before it did. */
export function afterAll(before: ConsumerReport | undefined, last: ConsumerReport): ConsumerReport {
  if (before === undefined) return last;
  const actions = [...before.actions, ...last.actions];
  // What a person must see to is not over because the pass after it did not see it any more.
  if (before.state === 'blocked' && last.state !== 'failed') {
    const { state, reason, why, obstacle } = before;
    return { ...last, actions, state, reason, why, obstacle };
  }
  const state = last.state === 'idle' && actions.length > 0 ? 'acting' : last.state;
  const all = { ...last, actions, state };
  // Why it acted says more than that nothing is due any more; what failed is said whatever was done before.
  if (!NOTHING_DUE.has(last.why.code) || state !== 'acting') return all;
  return { ...all, reason: before.reason, why: before.why };
}

function commandOf(request: RunRequest): Command | undefined {
  return 'reason' in request ? request : request.command;
}

function namesIn(request: RunRequest): readonly string[] | undefined {
  return request.action === 'retire' ? [] : request.consumers;
}

function asks(command: ConsumerCommand, at: number): (name: string) => [string, Asked] {
  return (name) => [name, { command, at, settled: false }];
}
