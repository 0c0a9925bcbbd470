import type { Rule } from './control.ts';

const SOC = 'SOC 2 (TSC 2017)';
const NIST = 'NIST SP 800-53 Rev. 5';

/** Two tries of a day's record, and two hours: more is a day without one. */
const DAILY_HOURS = 50;

export const GENERAL_RULES: readonly Rule[] = [
  {
    framework: SOC,
    number: 'CC6.1',
    about: 'Access to systems is restricted by credentials, which are protected and managed over their whole life',
    figures: ['consumers', 'rotations', 'verified', 'overdue', 'unmanaged', 'shared'],
    atMost: { overdue: 0, unmanaged: 0, shared: 0 },
    saysNot: [
      'whether each consumer needs its access',
      'who can read the secrets: that is in IAM and the policies of the secrets',
    ],
  },
  {
    framework: SOC,
    number: 'CC6.2',
    about: 'Credentials are given to those who are registered and authorized, and taken away when that ends',
    figures: ['consumers', 'retired', 'deleted', 'refused', 'notRefused', 'unmanaged'],
    atMost: { unmanaged: 0 },
    missingAbove: { notRefused: 0 },
    saysNot: ['who authorized a consumer: that is in the history of the configuration'],
  },
  {
    framework: SOC,
    number: 'CC6.3',
    about: 'Access follows roles and least privilege, and is changed or removed when they change',
    figures: ['consumers', 'switchedOff', 'deleted', 'shared'],
    atMost: { shared: 0 },
    saysNot: [
      'whether the access of a consumer is the least that it needs: the report has what was granted, to hold against the need',
      'how duties are separated among people',
    ],
  },
  {
    framework: SOC,
    number: 'CC7.2',
    about: 'Systems are watched for what is unusual, and it is looked into',
    figures: ['failures', 'failuresOpen', 'unproven', 'proofsOfLife', 'longestGapHours'],
    atMost: { failuresOpen: 0 },
    missingAbove: { unproven: 0, longestGapHours: DAILY_HOURS },
    saysNot: ['unusual use of a token: InfluxDB does not log it', 'whether somebody looked into a failure'],
  },
  {
    framework: NIST,
    number: 'IA-5',
    about: 'Authenticators are made, given out, changed in time or after an event, protected, and revoked',
    figures: ['rotations', 'verified', 'overdue', 'exceptions', 'compromised', 'deleted', 'refused', 'notRefused'],
    atMost: { overdue: 0 },
    saysNot: ['how whoever receives a token was identified', 'how applications protect the token that they hold'],
  },
  {
    framework: NIST,
    number: 'IA-5(13)',
    about: 'An authenticator that is kept in a cache is not usable any more after a set time',
    figures: ['switchedOff', 'deleted', 'refused', 'notRefused'],
    atMost: {},
    missingAbove: { notRefused: 0 },
    saysNot: [
      'how long an application keeps a token: after its grace period it does not work any more, wherever it is kept',
    ],
  },
  {
    framework: NIST,
    number: 'AC-2(1)',
    about: 'Accounts are managed by automatic means',
    figures: ['consumers', 'rotations', 'commands', 'failing', 'blocked', 'unmanaged'],
    atMost: { failing: 0, blocked: 0, unmanaged: 0 },
    saysNot: ['anything about users of InfluxDB: their tokens are managed, and they are not'],
  },
  {
    framework: NIST,
    number: 'AU-2',
    about: 'It is decided which events are logged',
    figures: ['records', 'runs'],
    atMost: {},
    saysNot: ['the decision itself: docs/evidence.md lists what is recorded'],
  },
  {
    framework: NIST,
    number: 'AU-3',
    about: 'A record says what happened, when, where, from where, how it ended, and who or what was concerned',
    figures: ['records', 'commandsWithoutPerson', 'reconstructed'],
    atMost: {},
    missingAbove: { commandsWithoutPerson: 0 },
    saysNot: ['the identity of the caller in AWS: CloudTrail has it, with the same request ids'],
  },
  {
    framework: NIST,
    number: 'AU-9',
    about: 'Records are protected from being read, changed or deleted by those who may not',
    figures: ['records', 'chainProblems'],
    atMost: { chainProblems: 0 },
    saysNot: [
      'whether the newest records were cut off: verify-evidence compares them with the head in the log',
      'who may read or delete the files: that is in the policy and the Object Lock of the bucket',
    ],
  },
  {
    framework: NIST,
    number: 'AU-12',
    about: 'The system makes these records itself, wherever the events happen',
    figures: ['records', 'censuses', 'longestGapHours', 'withoutIntent', 'reconstructed'],
    atMost: { withoutIntent: 0 },
    missingAbove: { longestGapHours: DAILY_HOURS },
    saysNot: ['events of other systems, such as readers of the secret'],
  },
  {
    framework: 'ISO/IEC 27001:2022',
    number: 'A.5.17',
    about: 'How secret authentication information is given out, kept and changed is managed',
    figures: ['rotations', 'overdue', 'compromised', 'shared', 'unmanaged'],
    atMost: { overdue: 0, shared: 0, unmanaged: 0 },
    saysNot: ['what people are told about handling it'],
  },
];
