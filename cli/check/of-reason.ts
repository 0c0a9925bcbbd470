import type { Reasons } from '../../lambda/engine/plan/reason.ts';
import { similarSecret } from '../../lambda/engine/plan/similar-secret.ts';
import type { ReasonCode } from '../../lambda/log/reason-codes.ts';
import { quoted } from '../typed.ts';
import type { Verdict } from './of-error.ts';
import { init } from './of-mend.ts';
import { command, configuration, type Step } from './step.ts';

/** What is as it should be, or ends by itself. */
const FINE = [
  ...(['NEXT_ROTATION', 'RETIRED', 'RETIRED_WITHOUT_SECRET', 'FIRST_TOKEN', 'REPLACED_BY_HAND', 'MISSING'] as const),
  ...(['ROLLED_BACK_TO_SWITCHED_OFF', 'ROLLED_BACK_TO_FAILING', 'DUE', 'PERMISSIONS_CHANGED'] as const),
  ...(['OWNER_CHANGED', 'TOKEN_KEY_EMPTY', 'CURRENT_COMPROMISED', 'ROTATE_SECRET_CALLED', 'REQUESTED'] as const),
  ...(['RESTORED', 'LABEL_MOVED_BACK', 'EDITED_WITH_STRAYS', 'STRAYS_UNLABELLED', 'PREVIOUS_UNNAMED'] as const),
  ...(['GRACE_OVER', 'HOLD_OVER', 'COMPROMISED', 'UNREACHED', 'ADOPTED', 'LEFT_BEHIND'] as const),
  ...(['LEFT_BEHIND_AND_HELD', 'NEVER_STORED', 'TOO_YOUNG', 'ANOTHER_IS_LIVE', 'LEFTOVERS_ARE_LIVE'] as const),
  ...(['ROTATED_BY_SERVICE', 'VERSION_NOT_PENDING', 'PENDING_UNSETTLED', 'PLAN_ONLY', 'FROZEN'] as const),
  ...(['OUTSIDE_WINDOW', 'CANARY_FIRST', 'CANARY_PASSED', 'CHANGED_MEANWHILE', 'YOUNGER_THAN_ASKED'] as const),
  ...(['REACTIVATED', 'USED_BY_ANOTHER', 'PERHAPS_SHARED', 'COMPROMISED_HELD', 'KEPT', 'SECRET_RESTLESS'] as const),
  ...(['PENDING_ELSEWHERE', 'OVER_THE_CAP', 'STRAY_IS_PREVIOUS', 'STRAY_SETTLES', 'ADOPTED_SETTLES'] as const),
  ...(['STRAY_HELD', 'STRAY_OF_ANOTHER', 'RETIRED_SETTLES', 'ENDS_FROZEN', 'MORE_NOTES'] as const),
  ...(['OLD_TOKEN_REMAINS', 'ADOPTS', 'ADOPTS_LATER', 'HELD_IS_OURS', 'HELD_NOT_ALONE', 'HELD_IS_ROTATORS'] as const),
  ...(['RIGHTS_SHRINK', 'SECRET_GONE', 'UNMANAGED_TOKEN', 'MORE_UNMANAGED', 'SHARED_VALUE'] as const),
  ...(['NOT_CONFIGURED', 'ANOTHER_SECRET', 'OWN_TOKENS_LEFT', 'MORE_CONSUMERS', 'MADE_WITH_FIRST_TOKEN'] as const),
  ...(['EXEMPT', 'EXCEPTION_ENDS', 'ADOPTED_GONE'] as const),
  // The clocks are an error of the whole look.
  ...(['CLOCKS_DISAGREE', 'ENDS_SUSPENDED'] as const),
] as const satisfies readonly ReasonCode[];

/** What a look cannot tell, rather than a fault. */
const UNTOLD = ['RIGHTS_UNCHECKED', 'NOT_ATTEMPTED'] as const satisfies readonly ReasonCode[];

type FaultCode = Exclude<ReasonCode, (typeof FINE)[number] | (typeof UNTOLD)[number] | 'NOT_PLANNED'>;

type Verdicts = { readonly [Code in FaultCode]: Verdict<Reasons[Code]> };

const secret = (steps: (id: string) => readonly Step[]): Verdict<{ readonly secret: string }> => ({
  group: 'secrets',
  steps: (about) => steps(quoted(about.secret)),
});
const put = (value: string) =>
  secret((id) => [command(`aws secretsmanager put-secret-value --secret-id ${id} --secret-string ${value}`)]);
const ONE_OF_ITS_OWN: Verdict = {
  group: 'secrets',
  steps: (_, { consumer }) => [configuration(`consumers.${consumer}.secret`, '<name of a secret of its own>')],
};
const ROTATE: Verdict = {
  group: 'tokens',
  steps: (_, { consumer, typed }) => [command(typed(`rotate ${consumer} --force --reason "<why>"`))],
};
const NOTE_TO_DELETE: Verdict<{ readonly authorizationId: string }> = {
  group: 'tokens',
  steps: ({ authorizationId }) => [command(`influx auth delete --id ${authorizationId}`)],
};
const BY_INIT: Verdict = { group: 'rotator', steps: (_, place) => [init(place)] };
/** The sentence says what a person must find out first. */
const BY_SENTENCE: Verdict = { group: 'tokens' };

/** Every other code, so that a new one does not compile without a decision. */
const FAULTS: Verdicts = {
  RIGHT_MISSING: BY_INIT,
  OWN_RIGHTS_LACKING: BY_INIT,
  NAME_UNRESOLVED: { group: 'names' },
  EXCEPTION_EXPIRED: {
    group: 'configuration',
    steps: (_, { consumer }) => [{ kind: 'configuration', path: `consumers.${consumer}.exception` }],
  },
  CURRENT_UNSEEN: BY_INIT,
  ENTRY_UNSEEN: BY_INIT,

  SECRET_NOT_FOUND: {
    group: 'secrets',
    steps: ({ secret: id, consumer, authorizationIds }) => {
      if (id.startsWith('arn:')) return [command('aws secretsmanager list-secrets')];
      const similar = similarSecret(id, consumer);
      return similar === undefined && authorizationIds === undefined
        ? [command(`aws secretsmanager create-secret --name ${quoted(id)}`)]
        : [configuration(`consumers.${consumer}.secret`, similar ?? '<name of the secret that its readers read>')];
    },
  },
  SECRET_DELETED: secret((id) => [command(`aws secretsmanager restore-secret --secret-id ${id}`)]),
  SECRET_UNREADABLE: ONE_OF_ITS_OWN,
  SECRET_BINARY: put("'<its value as a JSON object>'"),
  SECRET_NOT_JSON: put("'<its value as a JSON object>'"),
  SECRET_MALFORMED: put("'<its value as a JSON object>'"),
  SECRET_WITHOUT_VALUE: put("'{}'"),
  SECRET_PLAIN_TOKEN: {
    group: 'secrets',
    steps: ({ consumer }) => [configuration(`consumers.${consumer}.convert`, true)],
  },
  TOKEN_KEY_TAKEN: {
    group: 'secrets',
    steps: (_, { consumer }) => [configuration(`consumers.${consumer}.tokenKey`, '<the key that applications read>')],
  },
  TOKEN_KEY_UNKNOWN: {
    group: 'secrets',
    steps: ({ keys: [key = '<the key that applications read>'] }, { consumer }) => [
      configuration(`consumers.${consumer}.tokenKey`, key),
    ],
  },
  SECRET_IS_REPLICA: secret((id) => [command(`aws secretsmanager stop-replication-to-replica --secret-id ${id}`)]),
  SECRET_OF_A_SERVICE: ONE_OF_ITS_OWN,
  SECRET_OF_NOBODY: secret((id) => [command(`aws secretsmanager cancel-rotate-secret --secret-id ${id}`)]),
  ROTATED_ELSEWHERE: secret((id) => [command(`aws secretsmanager cancel-rotate-secret --secret-id ${id}`)]),
  ROTATION_OFF: {
    group: 'secrets',
    steps: (_, { consumer }) => [configuration(`consumers.${consumer}.rotation`, 'schedule')],
  },
  DOCUMENT_OF_ANOTHER: secret((id) => [
    command(
      `aws secretsmanager get-secret-value --secret-id ${id} --query SecretString --output text | jq 'del(.rotation)' | aws secretsmanager put-secret-value --secret-id ${id} --secret-string file:///dev/stdin`,
    ),
  ]),

  ROTATION_HANGS: {
    group: 'tokens',
    steps: ({ versionId }, { consumer, typed }) => [command(typed(`resume ${consumer} ${versionId} --reason "<why>"`))],
  },
  SWITCHED_OFF_BY_HAND: ROTATE,
  CURRENT_REFUSED: ROTATE,
  MISSING_AND_REPORTED: ROTATE,
  TOO_MANY_MISSING: ROTATE,
  WRITTEN_AGAIN: BY_SENTENCE,
  CONFIGURATIONS_DISAGREE: BY_SENTENCE,
  OTHER_WRITER: BY_SENTENCE,
  MARKER_OF_ANOTHER: BY_SENTENCE,
  PENDING_UNUSABLE: BY_SENTENCE,
  PUT_REFUSED: NOTE_TO_DELETE,
  NEW_TOKEN_REFUSED: NOTE_TO_DELETE,
  NEW_TOKEN_DIFFERS: NOTE_TO_DELETE,
  ROTATED_BY_ANOTHER: { group: 'rotator', steps: () => [{ kind: 'configuration', path: 'influxdb.self' }] },
  CANNOT_ADOPT: {
    group: 'tokens',
    steps: (_, { consumer }) => [
      command('influx auth list'),
      configuration(`consumers.${consumer}.adopt`, '<id of the authorization>'),
    ],
  },
  LEAKED_LIVES: BY_SENTENCE,
  ENTRY_UNMARKED: BY_SENTENCE,
  OWNER_DELETED: NOTE_TO_DELETE,
  ENTRY_OF_ANOTHER: BY_SENTENCE,
  NO_OLDER_TOKEN: BY_SENTENCE,
  OLDER_TOKEN_COMPROMISED: BY_SENTENCE,
  OLDER_VALUE_GONE: BY_SENTENCE,
  OLDER_RIGHTS_LACKING: BY_SENTENCE,
  ROLLED_BACK_ALREADY: BY_SENTENCE,
  NOT_REACTIVATED: BY_SENTENCE,
};

/** Undefined for what is fine, or cannot be told. */
export function verdictOn(code: string): Verdict | undefined {
  return (FAULTS as Readonly<Record<string, Verdict>>)[code];
}
