import { isPlain, type Json, type JsonObject } from './json.ts';

/** What stands in the configuration, which must be literal, for what the parameters will say. */
export const STAND_INS = {
  deployment: 'name.of.the.deployment',
  rotatorSecret: 'secret.of.the.rotator',
  secretPrefix: 'secrets.of.the.consumers/',
  functionTimeoutS: 899,
} as const;

/** What the parameters say of the function: its code is what the user uploaded. */
const OF_FUNCTION: JsonObject = {
  Code: { S3Bucket: { Ref: 'CodeS3Bucket' }, S3Key: { Ref: 'CodeS3Key' } },
  MemorySize: { Ref: 'MemorySize' },
  Timeout: { Ref: 'FunctionTimeout' },
  SubnetIds: { Ref: 'SubnetIds' },
  SecurityGroupIds: { Ref: 'SecurityGroupIds' },
};

const ALARM_TOPIC: Json = { Ref: 'AlarmTopicArn' };

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation that replaces it.
const IN_TEXTS = '${Deployment}';

/** What stood in for a parameter becomes a reference to it. */
export function asParameter(value: Json): Json {
  const { deployment, rotatorSecret, secretPrefix } = STAND_INS;
  if (value === deployment) return { Ref: 'Deployment' };
  if (typeof value === 'string')
    return value.includes(deployment) ? { 'Fn::Sub': value.replaceAll(deployment, IN_TEXTS) } : value;
  if (!isPlain(value)) return value;
  // The configuration is in the zip: the template cannot tell of it.
  const told = Object.entries(value).filter(([key]) => key !== 'Metadata');
  const changed = told.map(([key, each]) => {
    if (OF_FUNCTION[key] !== undefined) return [key, OF_FUNCTION[key]];
    const text = JSON.stringify(each);
    if (key === 'Resource' && text.includes(secretPrefix)) return [key, { Ref: 'SecretArns' }];
    if (key === 'Resource' && text.includes(rotatorSecret)) return [key, { Ref: 'RotatorSecretArn' }];
    if (text === JSON.stringify([ALARM_TOPIC]))
      return [key, { 'Fn::If': ['HasAlarmTopic', each, { Ref: 'AWS::NoValue' }] }];
    return [key, each];
  });
  return Object.fromEntries(changed);
}
