import type { Rule } from './control.ts';

const FRAMEWORK = 'PCI DSS v4.0.1';

export const PCI_RULES: readonly Rule[] = [
  {
    framework: FRAMEWORK,
    number: '8.6.1',
    about:
      'Where a person can sign in with an account of an application, that is an exception that is approved and traced',
    figures: ['consumers', 'commands', 'commandsWithoutPerson'],
    atMost: {},
    missingAbove: { commandsWithoutPerson: 0 },
    saysNot: [
      'whether people sign in to InfluxDB with these tokens: InfluxDB keeps no record of who holds a token',
      'who approved a command: it says by whom it was given, in their own words',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '8.6.2',
    about: 'Credentials of applications are not written into code, scripts or configuration files',
    figures: ['consumers', 'unmanaged', 'shared'],
    atMost: { unmanaged: 0, shared: 0 },
    saysNot: [
      'whether an application copies the token out of the secret into a file: that needs a search of the code and the machines',
      'what the unmanaged authorizations are used for, and where their tokens are kept',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '8.6.3',
    about:
      'Credentials of applications are changed as often as the risk analysis says, and when they may have leaked, and are hard enough to guess for that',
    figures: [
      'rotations',
      'overdue',
      'exceptions',
      'exceptionsOver',
      'compromised',
      'deleted',
      'refused',
      'notRefused',
      'failuresOpen',
    ],
    atMost: { overdue: 0, exceptionsOver: 0, failuresOpen: 0 },
    saysNot: [
      'whether the limits are those of the risk analysis: the report has the limits that are configured',
      'how random a token is: InfluxDB makes it',
      'whether a leak was noticed: it says which tokens were reported as leaked',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '8.3.9',
    about:
      'A password that is the only factor is changed at least every 90 days, or the account is watched all the time',
    figures: ['rotations', 'overdue', 'exceptions'],
    atMost: { overdue: 0 },
    saysNot: [
      'that it applies: it is about people, and these are tokens of applications',
      'whether the limits are at most 90 days: the report has the limit of each consumer',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '10.2',
    about: 'What happens to credentials is logged, with who, what, when and whether it succeeded',
    figures: ['records', 'runs', 'commands', 'commandsWithoutPerson', 'failures', 'reconstructed'],
    atMost: {},
    missingAbove: { commandsWithoutPerson: 0 },
    saysNot: [
      'what was done with a token: InfluxDB does not log its use',
      'what people did in InfluxDB or in AWS by themselves: that is in CloudTrail, which has the same request ids',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '10.3',
    about: 'Logs cannot be changed or removed unnoticed',
    figures: ['records', 'chainProblems', 'withoutIntent'],
    atMost: { chainProblems: 0 },
    saysNot: [
      'whether the newest records were cut off: verify-evidence compares them with the head in the log',
      'who may read or delete the files: that is in the policy and the Object Lock of the bucket',
    ],
  },
  {
    framework: FRAMEWORK,
    number: '12.3.1',
    about: 'Where the entity chooses how often something is done, an analysis of the risk says why',
    figures: ['consumers', 'exceptions', 'exceptionsOver'],
    atMost: { exceptionsOver: 0 },
    saysNot: [
      'the analysis itself: the report shows the limits, and the exceptions with their reasons, to hold against it',
    ],
  },
];
