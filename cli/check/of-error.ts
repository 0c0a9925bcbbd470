import type { ErrorCode } from '../../lambda/log/coded-error.ts';
import type { Group } from './fault.ts';
import { init, type Place, URL_OF_INFLUXDB } from './of-mend.ts';
import { byHand, command, configuration, type Step } from './step.ts';

/** Where the faults of a code belong, and what to do where the report names nothing to mend. */
export interface Verdict<About = unknown> {
  readonly group: Group;
  readonly steps?: (about: About, place: Place) => readonly Step[];
}

const LEAD_TO_INFLUXDB: Verdict = { group: 'influxdb', steps: () => [configuration('influxdb.url', URL_OF_INFLUXDB)] };
/** The call, or its answer, was lost: it is over by itself, or it is a fault of another kind the next time. */
const AGAIN = { steps: () => [byHand('check again')] };
/** Of a write. A look makes none. */
const OF_WRITES: Verdict = { group: 'tokens' };

/** Every code, so that a new one does not compile without a decision. */
export const OF_ERROR: Readonly<Record<ErrorCode, Verdict>> = {
  CONFIGURATION: { group: 'configuration' },
  REQUEST: { group: 'configuration' },
  TIME_OUT_TOO_LONG: { group: 'configuration' },
  PART_MISSING: { group: 'aws' },
  RUN_FAILED: { group: 'aws' },
  UNEXPECTED: { group: 'aws' },

  AWS_SETTINGS: { group: 'aws', steps: () => [command('aws configure list')] },
  AWS_CREDENTIALS: { group: 'aws', steps: () => [command('aws login')] },
  AWS_CLOCK: { group: 'clocks' },
  CLOCKS_DISAGREE: {
    group: 'clocks',
    steps: () => [byHand('let every answer have its Date header: look at what stands on the way')],
  },

  INFLUXDB_UNREACHABLE: LEAD_TO_INFLUXDB,
  INFLUXDB_NOT_ITSELF: LEAD_TO_INFLUXDB,
  INFLUXDB_VERSION: LEAD_TO_INFLUXDB,
  OTHER_SERVER: LEAD_TO_INFLUXDB,
  INFLUXDB_REFUSED: { group: 'rotator', steps: (_, place) => [init(place)] },
  INFLUXDB_THROTTLED: { group: 'influxdb', ...AGAIN },
  INFLUXDB_UNANSWERED: { group: 'influxdb', ...AGAIN },

  ROTATOR_TOKEN: { group: 'rotator', steps: (_, place) => [init(place)] },
  ROTATOR_REJECTED: { group: 'rotator', steps: (_, place) => [init(place)] },
  ROTATOR_TOKEN_COPIED: {
    group: 'rotator',
    steps: (_, place) => [configuration('influxdb.tokenSecret', '<name of a secret of its own>'), init(place)],
  },

  SECRETS_MANAGER_UNREACHABLE: { group: 'aws' },
  SECRETS_MANAGER_NOT_ITSELF: { group: 'aws' },
  SECRETS_MANAGER_REFUSED: { group: 'secrets' },
  SECRETS_MANAGER_THROTTLED: { group: 'secrets', ...AGAIN },
  SECRETS_MANAGER_UNANSWERED: { group: 'secrets', ...AGAIN },

  OUT_OF_TIME: { group: 'configuration', steps: () => [configuration('limits.functionTimeout', '15m')] },
  SECRET_TEXT: { group: 'secrets' },
  // These are told of what was done or found, and a look does not tell them.
  EVENTBRIDGE_UNREACHABLE: OF_WRITES,
  EVENTBRIDGE_REFUSED: OF_WRITES,
  EVENTBRIDGE_THROTTLED: OF_WRITES,
  EVENTBRIDGE_UNANSWERED: OF_WRITES,
  // Neither is there anything to put on record then.
  S3_UNREACHABLE: OF_WRITES,
  S3_REFUSED: OF_WRITES,
  S3_THROTTLED: OF_WRITES,
  S3_UNANSWERED: OF_WRITES,
  EVIDENCE_UNREADABLE: OF_WRITES,
  EVIDENCE_CONTENDED: OF_WRITES,
  EVIDENCE_FOLDER: OF_WRITES,
  AWS_UNREACHABLE: OF_WRITES,
  AWS_REFUSED: OF_WRITES,
  AWS_THROTTLED: OF_WRITES,
  AWS_UNANSWERED: OF_WRITES,
  MINT_DIFFERS: OF_WRITES,
  TOKEN_FAILS: OF_WRITES,
  PROMOTION_UNCERTAIN: OF_WRITES,
  STATUS_UNCHANGED: OF_WRITES,
  CHANGED_BEFORE_END: OF_WRITES,
  CHANGED_AFTER_MINT: OF_WRITES,
  CHANGED_BEFORE_PROMOTION: OF_WRITES,
  RETIRE_REFUSED: OF_WRITES,
  BATCH_LOST: OF_WRITES,
  STEP_REFUSED: OF_WRITES,
  STEP_FAILED: OF_WRITES,
};
