import { RUNBOOK_URL } from '../../lambda/config/runbook.ts';
import { isPlain, type Json, type JsonObject } from './json.ts';

/** What stands in the configuration, which must be literal, for what the parameters will say. */
export const STAND_INS = {
  deployment: 'name.of.the.deployment',
  rotatorSecret: 'secret.of.the.rotator',
  secretPrefix: 'secrets.of.the.consumers/',
  runbookUrl: 'https://runbook.of.the.deployment/',
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

/** In texts, by what it becomes. */
const IN_TEXTS: readonly (readonly [standIn: string, parameter: string])[] = [
  [STAND_INS.deployment, 'Deployment'],
  [STAND_INS.runbookUrl, 'RunbookUrl'],
  [RUNBOOK_URL, 'RunbookUrl'],
];

/** What stood in for a parameter becomes a reference to it. */
export function asParameter(value: Json): Json {
  const { rotatorSecret, secretPrefix } = STAND_INS;
  if (typeof value === 'string') return inText(value);
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

function inText(text: string): Json {
  const whole = IN_TEXTS.find(([standIn]) => standIn === text);
  if (whole !== undefined) return { Ref: whole[1] };
  const changed = IN_TEXTS.reduce((before, [standIn, name]) => before.replaceAll(standIn, `\${${name}}`), text);
  return changed === text ? text : { 'Fn::Sub': changed };
}
