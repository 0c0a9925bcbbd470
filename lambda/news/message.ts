import { oneLine } from '../calls/cut.ts';
import { runbookLink } from '../config/runbook.ts';
import type { StateChange } from './changes.ts';
import { RUN } from './condition.ts';

/** What is sent to people: a text, or its parts for a chat. */
export interface Message {
  /** ASCII, on one line: SNS takes less than 100 characters as a subject. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** What to type, or to do. */
  readonly next: readonly string[];
  /** Where the runbook says more. Undefined where there is nothing to do. */
  readonly runbook: string | undefined;
  /** Messages about the same are one thread. */
  readonly thread: string;
  /** What it is about, in one word. */
  readonly type: string;
}

export interface Letterhead {
  readonly deployment: string;
  readonly runbookUrl: string;
  /** What the function said before is not known. */
  readonly mayRepeat: boolean;
}

type Kind = StateChange['kind'];

/** In the order in which people should read them. */
export const KINDS: readonly Kind[] = ['failed', 'blocked', 'overdue', 'due-soon', 'recovered'];

const VERBS: Readonly<Record<Kind, { readonly one: string; readonly many: string }>> = {
  failed: { one: 'fails', many: 'fail' },
  blocked: { one: 'waits for a person', many: 'wait for a person' },
  overdue: { one: 'has a token that is too old', many: 'have tokens that are too old' },
  'due-soon': { one: 'needs attention soon', many: 'need attention soon' },
  recovered: { one: 'is well again', many: 'are well again' },
};

/** Of those that one message lists. */
export const MOST_LISTED = 20;

const LONGEST_SUBJECT = 99;
const LONGEST_REASON = 600;

/** One message for each kind of change, however many consumers have it. */
export function messagesAbout(changes: readonly StateChange[], letterhead: Letterhead): [Message, StateChange[]][] {
  return KINDS.flatMap((kind): [Message, StateChange[]][] => {
    const of = changes.filter((each) => each.kind === kind);
    return of.length === 0 ? [] : [[messageAbout(kind, of, letterhead), of]];
  });
}

function messageAbout(
  kind: Kind,
  changes: readonly StateChange[],
  { deployment, runbookUrl, mayRepeat }: Letterhead,
): Message {
  const [first, ...others] = changes;
  const only = others.length === 0 ? first : undefined;
  const what =
    only === undefined
      ? `${changes.length} consumers ${VERBS[kind].many}`
      : `${nameOf(only.subject)} ${VERBS[kind].one}`;
  return {
    subject: subjectOf(deployment, what),
    paragraphs: [
      `${what}. Deployment: ${deployment}.`,
      ...(only === undefined ? [listed(changes)] : detailsOf(only)),
      ...(mayRepeat ? ['You may know this: what earlier runs told is not known.'] : []),
      ...(kind === 'recovered' ? [] : ['You are told again when this changes, and not before.']),
    ],
    next: nextOf(kind, only),
    runbook: kind === 'recovered' ? undefined : runbookLink(only?.why?.code ?? kind, runbookUrl),
    thread: only === undefined ? deployment : `${deployment}/${only.subject}`,
    type: kind,
  };
}

export function subjectOf(deployment: string, what: string): string {
  const subject = `InfluxDB tokens, ${deployment}: ${what}`.replaceAll(/[^\x20-\x7e]/g, '?');
  return subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 3)}...`;
}

export function nameOf(subject: string): string {
  return subject === RUN ? 'the whole run' : subject;
}

function detailsOf({ kind, secret, since, was, why }: StateChange): string[] {
  const when = kind === 'recovered' ? `It was "${was}" since ${minuteOf(since)}.` : `Since ${minuteOf(since)}.`;
  return [
    [
      when,
      ...(why?.until === undefined ? [] : [`${kind === 'due-soon' ? 'On' : 'Until'} ${minuteOf(why.until)}.`]),
      ...(secret === undefined ? [] : [`Secret: ${secret}.`]),
    ].join(' '),
    ...(why === undefined ? [] : [reasonIn(why)]),
  ];
}

function listed(changes: readonly StateChange[]): string {
  return bulleted(
    changes.map(({ subject, since, why }) => {
      const reason = why === undefined ? '' : `: ${reasonIn(why, 200)}`;
      return `${nameOf(subject)}, since ${minuteOf(since)}${reason}`;
    }),
  );
}

/** The first of them, a line each, and how many more there are. */
export function bulleted(lines: readonly string[]): string {
  const more = lines.length - MOST_LISTED;
  const all = [...lines.slice(0, MOST_LISTED), ...(more > 0 ? [`and ${more} more`] : [])];
  return all.map((line) => `- ${line}`).join('\n');
}

/** Reasons quote what others wrote: on one line, and not too much of it. */
function reasonIn({ reason, code }: NonNullable<StateChange['why']>, most = LONGEST_REASON): string {
  return `${oneLine(reason, most)}${code === undefined ? '' : ` (${code})`}`;
}

/** As `docs/commands.md` has them. */
function nextOf(kind: Kind, only: StateChange | undefined): string[] {
  const name = only === undefined || only.subject === RUN ? '' : ` ${only.subject}`;
  const status = `npx influxdb-token-rotation status${name}`;
  switch (kind) {
    case 'recovered':
      return [];
    case 'failed':
    case 'blocked':
      return [`npx influxdb-token-rotation check${name}`, status];
    case 'overdue':
    case 'due-soon':
      return [status];
  }
}

/** For people: to the minute, in UTC. */
export function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
