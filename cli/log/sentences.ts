import type { EventCode, Events } from '../../lambda/log/events.ts';
import { minuteOf } from '../status/lines.ts';
import type { LogEvent } from './log-event.ts';

type OfConsumer = {
  [Code in EventCode]: Events[Code] extends { readonly consumer: string | undefined } ? Code : never;
}[EventCode];

type NameIn<Fields> = Fields extends unknown ? keyof Fields : never;

/** The fields of an event as texts. */
type Texts<Code extends EventCode> = { readonly [Name in NameIn<Events[Code]>]: string };

/** This run only saw it: whoever did it told nobody. */
const BY_A_RUN_BEFORE = 'it was so before this run began';

/** What each event about a consumer says, after the consumer's name. */
const SENTENCES: { readonly [Code in OfConsumer]: (texts: Texts<Code>) => string } = {
  CONSUMER_DONE: () => 'all that was due is done',
  CONSUMER_DUE: ({ reason }) => `due: ${reason}`,
  CONSUMER_WAITING: ({ reason }) => `waits: ${reason}`,
  CONSUMER_BLOCKED: ({ reason }) => `blocked: ${reason}`,
  CONSUMER_FAILED: ({ reason }) => `failed: ${reason}`,
  CONSUMER_CHANGED: ({ reason }) => `changed meanwhile: ${reason}`,
  NOT_ATTEMPTED: () => 'the run ended before it came here',
  CONSUMER_NOTE: ({ note }) => note,
  TOKEN_ALIVE: () => 'the token works',
  TOKEN_UNPROVEN: ({ reason }) => `the token was tried, which showed nothing: ${reason}`,
  ACTION_STARTED: ({ action, reason }) => `${action} begins: ${reason}`,
  ACTION_FAILED: ({ action, error }) => `${action} failed: ${error}`,
  SECRET_CREATED: () => 'the secret is made',
  SECRET_INITIALISED: () => 'the secret has its first, empty version',
  OWNER_CREATED: ({ userId }) => `the owner is made, user ${userId}`,
  TOKEN_MINTED: ({ authorizationId }) => `a new token is made, ${authorizationId}, and does not work yet`,
  MINT_UNANSWERED: () => 'whether a token was made is not known: InfluxDB did not answer',
  TRIAL_STARTED: ({ userId }) => `a token of user ${userId} is to be made on trial`,
  TRIAL: ({ authorizationId, outcome }) => `a token made on trial, ${authorizationId}: ${outcome}`,
  TOKEN_STORED: () => 'the new token is in the secret, but not current yet',
  TOKEN_ACTIVATED: () => 'the new token is switched on',
  TOKEN_VERIFIED: ({ proof }) => (proof === 'works' ? 'the new token works' : 'the new token could not be tried'),
  TOKEN_PROMOTED: ({ authorizationId, found, copied }) => {
    if (found !== undefined) return `token ${authorizationId} is current: ${BY_A_RUN_BEFORE}`;
    return copied === undefined
      ? `the new token is current: ${authorizationId}`
      : `token ${authorizationId} is current, in a new version of the secret`;
  },
  PROMOTION_UNCERTAIN: () => 'whether the new token is current is not known yet',
  ROTATION_UNDONE: () => 'the rotation failed, and is undone: the new token is deleted',
  ROTATION_LEFT: ({ reason }) => `the rotation failed, and something of it is left: ${reason}`,
  ROTATION_PAUSED: ({ until }) => `the rotation failed, and is tried again after ${timeIn(until)}`,
  COPIED_FORWARD: ({ reason, reasonCode }) =>
    reasonCode === 'REQUESTED'
      ? `the token before is current again: ${reason}`
      : `the current token is copied into a new version: ${reason}`,
  TOKEN_REACTIVATED: ({ authorizationId, until, worked, becomesCurrent }) => {
    const works = worked === undefined ? 'works again' : 'still works';
    return becomesCurrent === undefined
      ? `token ${authorizationId} ${works}, and is kept until ${timeIn(until)}`
      : `token ${authorizationId} ${works}, and is to be current again`;
  },
  REACTIVATION_UNANSWERED: ({ authorizationId }) =>
    `whether token ${authorizationId} works again is not known: InfluxDB did not answer`,
  TOKEN_COMPROMISED: ({ authorizationId }) => `token ${authorizationId} is marked as leaked`,
  END_UNANSWERED: ({ authorizationId, action }) =>
    `whether token ${authorizationId} is ${action === 'delete' ? 'deleted' : 'switched off'} is not known: InfluxDB did not answer`,
  LEDGER_SHORTENED: ({ leftOut }) => `the secret has no room for the names of ${leftOut} older tokens`,
  TOKEN_SWITCHED_OFF: ({ authorizationId, found }) =>
    `token ${authorizationId} is switched off${found === undefined ? '' : `: ${BY_A_RUN_BEFORE}`}`,
  TOKEN_DELETED: ({ authorizationId }) => `token ${authorizationId} is deleted`,
  TOKEN_REFUSED: ({ authorizationId }) => `the deleted token ${authorizationId} is refused, as it must be`,
  TOKEN_NOT_REFUSED: ({ authorizationId, reason }) =>
    `that the deleted token ${authorizationId} is refused could not be shown: ${reason}`,
  CONSUMER_TOLD: ({ event }) => `the bus is told: ${event}`,
  CONSUMER_NOT_TOLD: ({ event, error }) => `the bus is not told (${event}): ${error}`,
  STEP_STARTED: ({ step }) => `${step} begins`,
  STEP_DONE: ({ step }) => `${step} is done`,
  STEP_REFUSED: ({ step, reason }) => `${step} is refused: ${reason}`,
  STEP_FAILED: ({ step, error }) => `${step} failed: ${error}`,
  UNEXPECTED_ERROR: ({ error }) => `a defect of the program: ${error}`,
};

/** Whoever may write into the log group may leave it out. */
function timeIn(time: string | undefined): string {
  return time === undefined ? 'a time that is not told' : minuteOf(time);
}

/** An event of a newer function is told by its code. */
export function sentenceOf({ code, fields }: LogEvent): string {
  if (!Object.hasOwn(SENTENCES, code)) return code;
  return SENTENCES[code as OfConsumer](fields as never);
}

/** What a run says of each consumer at its end, and what the report has, too. */
const OF_THE_REPORT: ReadonlySet<string> = new Set<EventCode>([
  'CONSUMER_DONE',
  'CONSUMER_DUE',
  'CONSUMER_WAITING',
  'CONSUMER_BLOCKED',
  'CONSUMER_FAILED',
  'CONSUMER_CHANGED',
  'NOT_ATTEMPTED',
  'CONSUMER_NOTE',
  'TOKEN_ALIVE',
  'TOKEN_UNPROVEN',
]);

/** Something that is done for a consumer, while a run works; not what it found done. */
export function isStep({ code, fields }: LogEvent): boolean {
  return fields.consumer !== undefined && fields.found !== 'true' && !OF_THE_REPORT.has(code);
}
