import { styleText } from 'node:util';
import { runbookLink } from '../../lambda/config/runbook.ts';
import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { LogEvent } from '../log/log-event.ts';
import { isOutOfPolicy } from './health.ts';
import { broken, indented, minuteOf, section, type Width } from './lines.ts';
import type { ConsumerStatus } from './status.ts';
import { livesOf, type TokenLife } from './token-lives.ts';

/**
 * All that is known of one consumer: its tokens in the order in which they were made, what else there is to say, and its
 * last events.
 */
export function consumerLines(
  report: ConsumerReport,
  { events = [], health, code }: ConsumerStatus,
  past: readonly LogEvent[],
  width: Width,
): string[] {
  const { secret, notes } = report;
  return [
    '',
    `${styleText('bold', 'Secret')}  ${secret}`,
    // Whole, so that a terminal can open it.
    ...(isOutOfPolicy(health) ? [`${styleText('bold', 'Runbook')} ${runbookLink(placeOf(health, code))}`] : []),
    ...section(
      'Tokens',
      livesOf(report, past).flatMap((life) => lifeLines(life, width)),
    ),
    ...section(
      'To know',
      notes.flatMap(({ note, code }) => indented(`${note} (${code})`, width)),
    ),
    ...section(
      'Last events',
      events.flatMap(({ at, text, times }) =>
        indented(`${minuteOf(at)}  ${text}${times === 1 ? '' : ` (${times} times)`}`, width),
      ),
    ),
  ];
}

/** What is failed or blocked has a place for its code. */
function placeOf(health: ConsumerStatus['health'], code: string): string {
  return health === 'failed' || health === 'blocked' ? code : health;
}

/** What a token is, and below it its times, each on a line of its own where one line has no room for all. */
function lifeLines({ authorizationId, is, stages }: TokenLife, width: Width): string[] {
  const times = stages.map(({ what, at }) => `${what} ${minuteOf(at)}`);
  const onOneLine = indented(times.join(', '), width);
  return [
    ...broken(`${authorizationId}  ${is}`, width && width - 2).map((line) => `  ${line}`),
    ...(onOneLine.length === 1 ? onOneLine : times.flatMap((time) => indented(time, width))),
  ];
}
