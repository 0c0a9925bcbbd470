import * as z from 'zod';
import { Count, RECORD_NUMBERS } from './parts.ts';

/** Every figure of the report, and what it counts. */
const WHAT = {
  consumers: 'consumers',
  retired: 'consumers that are retired',
  rotatedByService: 'consumers whose rotation Secrets Manager asks for; the function does it for the others by itself',
  withoutAccess: 'consumers whose applications have no working token',
  failing: 'consumers whose last run failed',
  blocked: 'consumers that wait for a person',
  overdue: 'consumers with a live token older than the limit, without an exception that holds',
  exceptions: 'consumers with an exception that holds',
  exceptionsOver: 'consumers with an exception that is over',
  rotations: 'rotations: a token became current; first tokens and rollbacks count, too',
  verified: 'rotations whose new token was tried before it became current',
  switchedOff: 'tokens that were switched off',
  deleted: 'tokens that were deleted',
  refused: 'deleted tokens that InfluxDB was seen to refuse',
  notRefused: 'deleted tokens without that proof',
  withoutIntent: 'deletions without an earlier record of the intent',
  proofsOfLife: 'tries of current tokens, which InfluxDB accepted',
  unproven: 'consumers whose current token was not seen to work in two days',
  failures: 'failures of consumers',
  failuresOpen: 'failures that go on at the end of the period',
  compromised: 'tokens that were reported as leaked',
  commands: 'commands by people',
  commandsWithoutPerson: 'commands that do not say by whom',
  runs: 'runs that did something',
  unmanaged: 'authorizations that nothing manages',
  shared: 'tokens that several secrets hold',
  records: 'records of the period',
  chainProblems: 'faults of the chain of records, of which the first one is named',
  reconstructed: 'deeds that a later run found and wrote down',
  censuses: 'records of all consumers, of which there is one a day',
  longestGapHours: 'hours, at most, from one of them to the next, and to both ends of the period',
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
  return { [name]: { value, what: WHAT[name], records: [...new Set(records)].sort((one, other) => one - other) } };
}
