import { isOutOfTime } from '../engine/report/out-of-time.ts';
import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import type { EventCode } from '../log/events.ts';
import type { Log } from '../log/log.ts';

/** The event that reports each state of a consumer. */
const EVENTS = {
  idle: 'CONSUMER_IDLE',
  acting: 'CONSUMER_DONE',
  waiting: 'CONSUMER_WAITING',
  blocked: 'CONSUMER_BLOCKED',
  changed: 'CONSUMER_CHANGED',
  failed: 'CONSUMER_FAILED',
  'not-attempted': 'NOT_ATTEMPTED',
} as const satisfies Readonly<Record<ConsumerReport['state'], EventCode>>;

/** A dry run only found actions due, so it must not report them as done. */
function eventOf({ state, actions }: ConsumerReport) {
  const planned = actions.some(({ outcome }) => outcome === 'planned');
  return state === 'acting' && planned ? 'CONSUMER_DUE' : EVENTS[state];
}

/** What a refused one is told is in the consumer's reason. */
function logProof(log: Log, { consumer, tokens, proof }: ConsumerReport): void {
  const { authorizationId } = tokens.find(({ role }) => role === 'current') ?? {};
  if (proof === undefined || authorizationId === undefined) return;
  if (proof.result === 'works') {
    const { proven, granted } = proof;
    log('TOKEN_ALIVE', { consumer, authorizationId, proven, granted });
  } else if (proof.result === 'unproven') log('TOKEN_UNPROVEN', { consumer, authorizationId, reason: proof.detail });
}

/** Logs a line for each consumer, with the reason for what was done or not, its notes, and a line for the whole run: one, too, for all whom it had no time for. */
export function logReport(log: Log, report: RunReport): void {
  for (const each of report.consumers) {
    if (isOutOfTime(each)) continue;
    const { consumer, secret, reason, why, obstacle, errorCode, notes } = each;
    // A failure waits for nothing.
    const ends = errorCode === undefined ? (obstacle?.until ?? why.until) : undefined;
    log(eventOf(each), {
      consumer,
      secret,
      reason,
      reasonCode: why.code,
      obstacleCode: obstacle?.code,
      errorCode,
      until: ends,
    });
    logProof(log, each);
    for (const { note, code, until } of notes) log('CONSUMER_NOTE', { consumer, note, noteCode: code, until });
  }
  for (const { notice, code } of report.notices) log('UNMANAGED', { notice, noticeCode: code });
  const { notAttempted } = report.counts;
  if (notAttempted > 0) log('RUN_OUT_OF_TIME', { notAttempted, waitsSince: report.waitsSince });
  for (const { message, code } of report.errors) log('RUN_FAILED', { error: message, errorCode: code });
  const { action, durationMs, counts } = report;
  log('RUN_FINISHED', { action, durationMs, ...counts });
}
