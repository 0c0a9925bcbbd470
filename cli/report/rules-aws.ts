import type { Rule } from './control.ts';

const CIS = 'CIS AWS Foundations v3.0.0';
const SECURITY_HUB = 'AWS Security Hub';

const NO_IAM_KEYS = 'anything about access keys of IAM users, which it is about: the same is shown for InfluxDB tokens';

export const AWS_RULES: readonly Rule[] = [
  {
    framework: CIS,
    number: '1.12',
    about: 'Credentials that were not used for 45 days are switched off',
    figures: ['retired', 'switchedOff', 'deleted', 'unmanaged'],
    atMost: { unmanaged: 0 },
    saysNot: [NO_IAM_KEYS, 'when a token was last used: InfluxDB does not keep that'],
  },
  {
    framework: CIS,
    number: '1.13',
    about: 'Nobody has more than one active key, except while it is replaced',
    figures: ['consumers', 'shared', 'unmanaged', 'switchedOff'],
    atMost: { shared: 0, unmanaged: 0 },
    saysNot: [NO_IAM_KEYS, 'that there is only one at any time: for its grace period the older token works, too'],
  },
  {
    framework: CIS,
    number: '1.14',
    about: 'Keys are replaced every 90 days or sooner',
    figures: ['rotations', 'overdue', 'exceptions', 'exceptionsOver'],
    atMost: { overdue: 0, exceptionsOver: 0 },
    saysNot: [NO_IAM_KEYS, 'whether the limits are at most 90 days: the report has the limit of each consumer'],
  },
  {
    framework: SECURITY_HUB,
    number: 'SecretsManager.1',
    about: 'A secret is set to be rotated automatically',
    figures: ['consumers', 'rotatedByService', 'rotations'],
    atMost: {},
    saysNot: [
      'that it passes: it does only where Secrets Manager asks for the rotation, and fails for the consumers that the function rotates by itself',
    ],
  },
  {
    framework: SECURITY_HUB,
    number: 'SecretsManager.2',
    about: 'The automatic rotation of a secret succeeds',
    figures: ['rotations', 'failing', 'failuresOpen', 'blocked'],
    atMost: { failing: 0, failuresOpen: 0, blocked: 0 },
    saysNot: ['what Security Hub finds: it looks at secrets with rotation by Secrets Manager only'],
  },
  {
    framework: SECURITY_HUB,
    number: 'SecretsManager.3',
    about: 'Secrets that nobody has read for 90 days are removed',
    figures: ['consumers', 'retired'],
    atMost: {},
    saysNot: ['when a secret was last read by its application: the function reads it, too, so AWS shows a recent date'],
  },
  {
    framework: SECURITY_HUB,
    number: 'SecretsManager.4',
    about: 'A secret was rotated within so many days, 90 if nothing else is set',
    figures: ['rotatedByService', 'rotations', 'overdue'],
    atMost: { overdue: 0 },
    saysNot: [
      'whether AWS counts a rotation that the function does by itself: it looks at the date of the last one by Secrets Manager',
      'whether the limits are those of the control: the report has the limit of each consumer',
    ],
  },
];
