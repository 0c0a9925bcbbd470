import { RUNBOOK_URL } from '../../lambda/config/runbook.ts';

/** What CloudFormation is told of one parameter of the template. */
interface Parameter {
  readonly Type: 'String' | 'Number' | 'CommaDelimitedList';
  readonly Description: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly string[];
  readonly ConstraintDescription?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MinLength?: number;
}

/** The times from one run to the next that the template knows, as `rotation.json` writes them. */
export const SCHEDULES = ['1m', '5m', '10m', '15m', '30m', '1h', '2h', '3h', '4h', '6h', '12h', '1d'] as const;
export const USUAL_SCHEDULE = '1h';

const ARN = (service: string) => `arn:aws[a-z-]*:${service}:.+`;
const SECRET = `${ARN('secretsmanager')}:secret:.+`;

/** The parameters of the template. What must be the same in `rotation.json` says so. */
export const PARAMETERS = {
  Deployment: {
    Type: 'String',
    Description: 'The same name as "deployment" in rotation.json. Unique in its account and Region.',
    AllowedPattern: '[A-Za-z0-9._][A-Za-z0-9._-]{0,63}',
    ConstraintDescription: 'must be up to 64 letters, digits, and . _ -',
  },
  CodeS3Bucket: { Type: 'String', Description: 'The bucket with the zip, in the same Region.', MinLength: 3 },
  CodeS3Key: {
    Type: 'String',
    Description:
      'The name of the zip in the bucket. Another one at each change: CloudFormation updates nothing if it is the same.',
    MinLength: 1,
  },
  SecretArns: {
    Type: 'CommaDelimitedList',
    Description:
      'ARNs of the secrets of all consumers, and of no others. An ARN that ends in * stands for all that begin like it, such as arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb/acme/*.',
    AllowedPattern: SECRET,
    ConstraintDescription: 'must be ARNs of secrets, separated by commas',
  },
  RotatorSecretArn: {
    Type: 'String',
    Description:
      "ARN of the secret with the rotator's own token (influxdb.tokenSecret). None of SecretArns may cover it.",
    AllowedPattern: SECRET,
    ConstraintDescription: 'must be the ARN of a secret',
  },
  Schedule: {
    Type: 'String',
    Description: 'Time from one run to the next, the same as "schedule" in rotation.json.',
    Default: USUAL_SCHEDULE,
    AllowedValues: SCHEDULES,
  },
  ScheduleEnabled: flag('Whether the schedule runs the function.', 'true'),
  FunctionTimeout: {
    Type: 'Number',
    Description: 'In seconds, the same time as limits.functionTimeout in rotation.json, or less.',
    Default: 900,
    MinValue: 1,
    MaxValue: 900,
  },
  MemorySize: { Type: 'Number', Description: 'Of the function, in MB.', Default: 256, MinValue: 128, MaxValue: 10_240 },
  AlarmTopicArn: optional('An SNS topic that is told when an alarm goes off, and when it is over', ARN('sns')),
  RunbookUrl: {
    Type: 'String',
    Description:
      'The address of the runbook, to which alarms, news and findings link with an anchor, for those who have a copy.',
    Default: RUNBOOK_URL,
    AllowedPattern: 'https?://[^\\s#]{1,490}',
    ConstraintDescription: 'must be an address with https:// or http://, without #',
  },
  CreateSecrets: flag('true if a consumer has "createSecret" in rotation.json.'),
  RotateOwnToken: flag('true if rotation.json has influxdb.self.'),
  EncryptionKeyArn: optional('The customer managed key that encrypts the secrets', ARN('kms')),
  EventBusArn: optional('The bus that is told of new tokens, in place of events.bus in rotation.json', ARN('events')),
  NewsTopicArn: optional('The SNS topic for messages to people, in place of news.topic in rotation.json', ARN('sns')),
  SecurityHub: flag('true if rotation.json has "securityHub": true.'),
  EvidenceBucket: optional(
    'The bucket that keeps evidence, in place of evidence.bucket in rotation.json',
    '[a-z0-9.-]{3,63}',
  ),
  ConfigRule: flag('Make a rule of AWS Config, which must be recording in this Region.'),
  SubnetIds: list('The subnets from which InfluxDB and Secrets Manager can be reached'),
  SecurityGroupIds: list('The security groups of the function; needed with SubnetIds'),
  PermissionsBoundaryArn: optional('The permissions boundary of both roles', ARN('iam')),
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;

function flag(description: string, otherwise = 'false') {
  return { Type: 'String', Description: description, Default: otherwise, AllowedValues: ['true', 'false'] } as const;
}

function optional(description: string, pattern: string) {
  return {
    Type: 'String',
    Description: `${description}. Empty for none.`,
    Default: '',
    AllowedPattern: `(${pattern})?`,
  } as const;
}

function list(description: string) {
  return { Type: 'CommaDelimitedList', Description: `${description}. Empty for no VPC.`, Default: '' } as const;
}
