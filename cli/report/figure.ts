import * as z from 'zod';
import { Count, RECORD_NUMBERS } from './parts.ts';

/** Every figure of the report, and what it counts: of one, and of another number. */
const WHAT = {
  consumers: ['consumer', 'consumers'],
  retired: ['consumer that is retired', 'consumers that are retired'],
  rotatedByService: [
    'consumer whose rotation Secrets Manager asks for; the function does it for the others by itself',
    'consumers whose rotation Secrets Manager asks for; the function does it for the others by itself',
  ],
  withoutAccess: [
    'consumer whose applications have no working token',
    'consumers whose applications have no working token',
  ],
  failing: ['consumer whose last run failed', 'consumers whose last run failed'],
  blocked: ['consumer that waits for a person', 'consumers that wait for a person'],
  overdue: [
    'consumer with a live token older than the limit, without an exception that holds',
    'consumers with a live token older than the limit, without an exception that holds',
  ],
  exceptions: ['consumer with an exception that holds', 'consumers with an exception that holds'],
  exceptionsOver: ['consumer with an exception that is over', 'consumers with an exception that is over'],
  rotations: [
    'rotation: a token became current; first tokens and rollbacks count, too',
    'rotations: a token became current; first tokens and rollbacks count, too',
  ],
  verified: [
    'rotation whose new token was tried before it became current',
    'rotations whose new token was tried before it became current',
  ],
  switchedOff: ['token that was switched off', 'tokens that were switched off'],
  deleted: ['token that was deleted', 'tokens that were deleted'],
  refused: ['deleted token that InfluxDB was seen to refuse', 'deleted tokens that InfluxDB was seen to refuse'],
  notRefused: ['deleted token that nobody saw InfluxDB refuse', 'deleted tokens that nobody saw InfluxDB refuse'],
  withoutIntent: [
    'deletion without an earlier record of the intent',
    'deletions without an earlier record of the intent',
  ],
  proofsOfLife: ['try of a current token, which InfluxDB accepted', 'tries of current tokens, which InfluxDB accepted'],
  unproven: [
    'consumer whose current token was not seen to work in two days',
    'consumers whose current token was not seen to work in two days',
  ],
  failures: ['failure of a consumer', 'failures of consumers'],
  failuresOpen: ['failure that goes on at the end of the period', 'failures that go on at the end of the period'],
  compromised: ['token that was reported as leaked', 'tokens that were reported as leaked'],
  commands: ['command by a person', 'commands by people'],
  commandsWithoutPerson: ['command that does not say by whom', 'commands that do not say by whom'],
  runs: ['run that did something', 'runs that did something'],
  unmanaged: ['authorization that nothing manages', 'authorizations that nothing manages'],
  shared: ['token that several secrets hold', 'tokens that several secrets hold'],
  records: ['record of the period', 'records of the period'],
  chainProblems: ['fault of the chain of records', 'faults of the chain of records, of which the first one is named'],
  reconstructed: ['deed that a later run found and wrote down', 'deeds that a later run found and wrote down'],
  censuses: [
    'list of all consumers on record, of which there is one a day',
    'lists of all consumers on record, of which there is one a day',
  ],
  longestGapHours: [
    'hour, at most, of the period without a new list of all consumers',
    'hours, at most, of the period without a new list of all consumers',
  ],
} as const;

export const FIGURE_NAMES = Object.keys(WHAT) as [keyof typeof WHAT];

const FIGURE = z.strictObject({
  value: Count,
  what: z.string().describe('what it counts'),
  records: RECORD_NUMBERS.describe(
    'the numbers of the records behind it; of a zero, those between which nothing was found',
  ),
});

/** Those that are known. */
export const FIGURES = z
  .partialRecord(z.enum(FIGURE_NAMES), FIGURE)
  .describe('each is left out where no source tells it');

export type FigureName = keyof typeof WHAT;
export type Figure = z.infer<typeof FIGURE>;
export type Figures = z.infer<typeof FIGURES>;

export function figure(name: FigureName, value: number, records: Iterable<number> = []): Figures {
  return {
    [name]: {
      value,
      what: WHAT[name][value === 1 ? 0 : 1],
      records: [...new Set(records)].sort((one, other) => one - other),
    },
  };
}

export function notKnown(name: FigureName): string {
  return `not known: ${WHAT[name][1]}`;
}
