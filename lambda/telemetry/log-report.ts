import { isOutOfTime } from '../engine/report/out-of-time.ts';
import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import type { EventCode } from '../log/events.ts';
import type { Log } from '../log/log.ts';
import type { ReasonCode } from '../log/reason-codes.ts';

/** The event that reports each state of a consumer that has a line of its own. */
const EVENTS = {
  acting: 'CONSUMER_DONE',
  waiting: 'CONSUMER_WAITING',
  blocked: 'CONSUMER_BLOCKED',
  changed: 'CONSUMER_CHANGED',
  failed: 'CONSUMER_FAILED',
  'not-attempted': 'NOT_ATTEMPTED',
} as const satisfies Readonly<Record<Exclude<ConsumerReport['state'], 'idle'>, EventCode>>;

/** A dry run only found actions due, so it must not report them as done. */
function eventOf(state: keyof typeof EVENTS, actions: ConsumerReport['actions']) {
  const planned = actions.some(({ outcome }) => outcome === 'planned');
  return state === 'acting' && planned ? 'CONSUMER_DUE' : EVENTS[state];
}

function logVerdict(log: Log, state: keyof typeof EVENTS, each: ConsumerReport): void {
  const { consumer, secret, reason, why, obstacle, errorCode, actions } = each;
  // A failure waits for nothing.
  const until = errorCode === undefined ? (obstacle?.until ?? why.until) : undefined;
  const codes = { reasonCode: why.code, obstacleCode: obstacle?.code, errorCode };
  log(eventOf(state, actions), { consumer, secret, reason, ...codes, until });
}

/** What a refused one is told is in the consumer's reason. */
function logProof(log: Log, { consumer, tokens, proof }: ConsumerReport): void {
  if (proof === undefined) return;
  const { authorizationId } = tokens.find(({ role }) => role === 'current') ?? {};
  if (authorizationId === undefined) return;
  if (proof.result === 'works') {
    const { proven, granted } = proof;
    log('TOKEN_ALIVE', { consumer, authorizationId, proven, granted });
  } else if (proof.result === 'unproven') log('TOKEN_UNPROVEN', { consumer, authorizationId, reason: proof.detail });
}

/** One line for all of them. */
function logIdle(log: Log, idle: readonly ConsumerReport[]): void {
  if (idle.length === 0) return;
  const reasonCodes: Partial<Record<ReasonCode, number>> = {};
  for (const { why } of idle) reasonCodes[why.code] = (reasonCodes[why.code] ?? 0) + 1;
  const next = idle.reduce<ConsumerReport | undefined>((first, each) => {
    const { until } = each.why;
    return until !== undefined && (first?.why.until === undefined || until < first.why.until) ? each : first;
  }, undefined);
  log('CONSUMERS_IDLE', { idle: idle.length, reasonCodes, nextConsumer: next?.consumer, until: next?.why.until });
}

/**
 * Logs a line for each consumer for which there was something to do, with the reason for what was done or not, and the
 * notes of all. Then one line for those that were idle, one for those that it had no time for, and one for the whole run.
 */
export function logReport(log: Log, report: RunReport): void {
  for (const each of report.consumers) {
    if (isOutOfTime(each)) continue;
    const { consumer, state, notes } = each;
    if (state !== 'idle') logVerdict(log, state, each);
    logProof(log, each);
    for (const { note, code, until } of notes) log('CONSUMER_NOTE', { consumer, note, noteCode: code, until });
  }
  const idle = report.consumers.filter(({ state }) => state === 'idle');
  logIdle(log, idle);
  for (const { notice, code } of report.notices) log('UNMANAGED', { notice, noticeCode: code });
  const { notAttempted } = report.counts;
  if (notAttempted > 0) log('RUN_OUT_OF_TIME', { notAttempted, waitsSince: report.waitsSince });
  for (const { message, code } of report.errors) log('RUN_FAILED', { error: message, errorCode: code });
  const { action, durationMs, counts } = report;
  log('RUN_FINISHED', { action, durationMs, ...counts });
}
