import { styleText } from 'node:util';
import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { LogEvent } from '../log/log-event.ts';
import { indented, minuteOf, type Width } from './lines.ts';
import type { ConsumerStatus } from './status.ts';
import { livesOf } from './token-lives.ts';

/**
 * All that is known of one consumer: its tokens in the order in which they were made, what else there is to say, and its
 * last events.
 */
export function consumerLines(
  { secret, tokens, notes }: ConsumerReport,
  { events = [] }: ConsumerStatus,
  past: readonly LogEvent[],
  width: Width,
): string[] {
  return [
    '',
    `${styleText('bold', 'Secret')}  ${secret}`,
    ...section(
      'Tokens',
      livesOf(tokens, past).flatMap(({ authorizationId, is, stages }) => [
        `  ${authorizationId}  ${is}`,
        ...indented(stages.map(({ what, at }) => `${what} ${minuteOf(at)}`).join(', '), width),
      ]),
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

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}
