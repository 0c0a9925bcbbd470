import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import type { EventCode, Events } from '../log/events.ts';
import type { Log } from '../log/log.ts';

/** The codes of the events that report a consumer's state. */
type VerdictCode = { readonly [C in EventCode]: Events[C] extends Events['CONSUMER_IDLE'] ? C : never }[EventCode];

const CODES: Readonly<Record<ConsumerReport['state'], VerdictCode>> = {
  idle: 'CONSUMER_IDLE',
  acting: 'CONSUMER_DONE',
  waiting: 'CONSUMER_WAITING',
  blocked: 'CONSUMER_BLOCKED',
  changed: 'CONSUMER_CHANGED',
  failed: 'CONSUMER_FAILED',
  'not-attempted': 'NOT_ATTEMPTED',
};

/** A dry run only found actions due, so it must not report them as done. */
function verdictOf({ state, actions }: ConsumerReport): VerdictCode {
  const planned = actions.some(({ outcome }) => outcome === 'planned');
  return state === 'acting' && planned ? 'CONSUMER_DUE' : CODES[state];
}

/** Logs a line for each consumer, with the reason for what was done or not, its notes, and a line for the whole run. */
export function logReport(log: Log, report: RunReport): void {
  for (const each of report.consumers) {
    const { consumer, secret, reason, why, obstacle, errorCode, notes } = each;
    // A failure waits for nothing.
    const until = errorCode === undefined ? (obstacle?.until ?? why.until) : undefined;
    log(verdictOf(each), {
      consumer,
      secret,
      reason,
      reasonCode: why.code,
      obstacleCode: obstacle?.code,
      errorCode,
      until,
    });
    for (const { note, code, until: noted } of notes)
      log('CONSUMER_NOTE', { consumer, note, noteCode: code, until: noted });
  }
  for (const { notice, code } of report.notices) log('UNMANAGED', { notice, noticeCode: code });
  for (const { message, code } of report.errors) log('RUN_FAILED', { error: message, errorCode: code });
  const { action, durationMs, counts } = report;
  log('RUN_FINISHED', { action, durationMs, ...counts });
}
