import type { ConsumerReport, RunReport } from '../engine/report/report.ts';
import type { EventCode } from '../log/events.ts';
import type { Log } from '../log/log.ts';

const CODES: Record<ConsumerReport['state'], EventCode> = {
  idle: 'CONSUMER_IDLE',
  act: 'CONSUMER_DONE',
  wait: 'CONSUMER_WAITING',
  blocked: 'CONSUMER_BLOCKED',
  changed: 'CONSUMER_CHANGED',
  error: 'CONSUMER_FAILED',
  failed: 'CONSUMER_FAILED',
  'not-attempted': 'NOT_ATTEMPTED',
};

/** A dry run did nothing of what it found due, and must not say that it did. */
function codeOf({ state, actions }: ConsumerReport): EventCode {
  const planned = actions.some(({ outcome }) => outcome === 'planned');
  return state === 'act' && planned ? 'CONSUMER_DUE' : CODES[state];
}

/** One line a consumer, with the reason for what was done or not, and one for the run. */
export function logReport(log: Log, report: RunReport): void {
  for (const each of report.consumers) {
    const { consumer, secret, reason, notes } = each;
    const code = codeOf(each);
    const fields = { consumer, secret, reason };
    if (code === 'CONSUMER_FAILED') log.error(code, fields);
    else if (code === 'CONSUMER_BLOCKED' || code === 'NOT_ATTEMPTED') log.warn(code, fields);
    else log.info(code, fields);
    for (const note of notes) log.info('CONSUMER_NOTE', { consumer, note });
  }
  for (const notice of report.notices) log.warn('STRANGER', { notice });
  for (const error of report.errors) log.error('RUN_FAILED', { error });
  const { action, durationMs, counts } = report;
  log.info('RUN_FINISHED', { action, durationMs, ...counts });
}
