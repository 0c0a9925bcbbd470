import { styleText } from 'node:util';
import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';
import { broken, fits, indented, minuteOf, table, type Width } from './lines.ts';

/** All that is known of one consumer: its tokens in the order in which they were made, and what else there is to say. */
export function consumerLines({ secret, tokens, notes }: ConsumerReport, width: Width): string[] {
  const inOrder = [...tokens].sort((one, other) => (one.mintedAt ?? '').localeCompare(other.mintedAt ?? ''));
  return [
    '',
    `${styleText('bold', 'Secret')}  ${secret}`,
    '',
    styleText('bold', 'Tokens'),
    ...tokenLines(inOrder.map(row), width),
    ...(notes.length === 0 ? [] : ['', styleText('bold', 'To know')]),
    ...notes.flatMap(({ note, code }) => indented(`${note} (${code})`, width)),
  ];
}

/** What a token is on its line, and its times below it where the line has no room for them. */
function tokenLines(rows: readonly string[][], width: Width): string[] {
  if (fits(rows, width)) return table(rows, { cut: 0 }).flat();
  return rows.flatMap(([id = '', role = '', status = '', ...times]) => [
    ...broken(`${id}  ${role}  ${status}`, width),
    ...times.filter((time) => time !== '').flatMap((time) => indented(time, width)),
  ]);
}

function row({
  authorizationId,
  role,
  status,
  mintedAt,
  supersededAt,
  inactiveSince,
  overdueAt,
  endsAt,
}: TokenReport): string[] {
  return [
    authorizationId,
    role,
    status,
    at('made', mintedAt),
    at('replaced', supersededAt),
    at('off since', inactiveSince),
    role === 'current' ? at('too old from', overdueAt) : at(status === 'active' ? 'works until' : 'kept until', endsAt),
  ];
}

function at(what: string, time: string | undefined): string {
  return time === undefined ? '' : `${what} ${minuteOf(time)}`;
}
