import type { Condition, State } from './condition.ts';
import type { Memory, Noted } from './memory.ts';
import type { Why } from './why.ts';

/** Who is told. */
export type Channel = 'bus' | 'people';

/** A consumer, or the run as a whole, is in another state than somebody was told last. */
export interface StateChange {
  readonly kind: 'failed' | 'blocked' | 'overdue' | 'due-soon' | 'recovered';
  readonly subject: string;
  readonly secret: string | undefined;
  readonly state: State;
  /** What was told last. */
  readonly was: State;
  /** ISO 8601: since when it is in its state; of one that recovered, since when it had been in that before. */
  readonly since: string;
  readonly why: Why | undefined;
}

/** What a channel was told last of a subject. */
export function toldTo(channel: Channel, noted: Noted | undefined, memory: Memory | undefined): State {
  if (noted === undefined || !memory?.channels.includes(channel)) return 'fine';
  return noted.told?.[channel] ?? noted.state;
}

/** What has changed for a channel since it was told last. Pure. */
export function changesFor(
  channel: Channel,
  conditions: readonly Condition[],
  memory: Memory | undefined,
  startedAt: string,
): StateChange[] {
  return conditions.flatMap((condition) => {
    const { subject, secret, state, why, retired } = condition;
    const noted = memory?.states.get(subject);
    const was = toldTo(channel, noted, memory);
    if (was === state) return [];
    // That its last token has ended is what was warned of.
    if (retired && state === 'fine' && was === 'due-soon') return [];
    const since = state === 'fine' || noted?.state === state ? (noted?.since ?? startedAt) : startedAt;
    return [{ kind: state === 'fine' ? 'recovered' : state, subject, secret, state, was, since, why }];
  });
}

/** What became of the telling. */
export interface Told {
  /** The subjects of which a channel could not be told. */
  readonly untold: ReadonlyMap<Channel, ReadonlySet<string>>;
  /** What Security Hub has, by subject. */
  readonly findings: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What the next run has to know of each subject. Pure. */
export function statesAfter(
  conditions: readonly Condition[],
  memory: Memory | undefined,
  { untold, findings }: Told,
  startedAt: string,
): Map<string, Noted> {
  // Whom this run did not get to is as before.
  const states = new Map<string, Noted>(memory?.states);
  for (const { subject, state } of conditions) {
    const noted = memory?.states.get(subject);
    const told = Object.fromEntries(
      [...untold].flatMap(([channel, subjects]) =>
        subjects.has(subject) ? [[channel, toldTo(channel, noted, memory)] as const] : [],
      ),
    );
    const isUntold = Object.keys(told).length > 0;
    // That it is well again is told with the time since when it was not.
    const isSame = noted?.state === state || (state === 'fine' && isUntold);
    const since = (isSame ? noted?.since : undefined) ?? startedAt;
    states.set(subject, { subject, state, since, ...(isUntold && { told }) });
  }
  const all = [...states.values()].map(({ findings: _, ...noted }): Noted => {
    const had = findings.get(noted.subject);
    return had === undefined ? noted : { ...noted, findings: had };
  });
  return new Map(all.filter(isWorthNoting).map((noted) => [noted.subject, noted]));
}

function isWorthNoting({ state, told, findings }: Noted): boolean {
  return state !== 'fine' || told !== undefined || findings !== undefined;
}
