import { expect, it } from 'vitest';
import { RequestError } from '../../../lambda/requests/request.ts';
import { rotationStepIn } from '../../../lambda/requests/rotation-step.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:influxdb/acme/telegraf-AbCdEf';
const EVENT = { Step: 'setSecret', SecretId: ARN, ClientRequestToken: '5f0c0000-0000-4000-8000-000000000000' };

it.each([
  ['as it was first described', EVENT],
  ['with more that Secrets Manager may send', { ...EVENT, RotationToken: 'x', ResourceVersion: 2 }],
])('an event of Secrets Manager asks for a step: %s', (_name, event) => {
  expect(rotationStepIn(event)).toEqual({ step: 'setSecret', secretArn: ARN, versionId: EVENT.ClientRequestToken });
});

it.each([undefined, null, 'run', {}, { action: 'run' }, [EVENT]])('%j asks for none', (event) => {
  expect(rotationStepIn(event)).toBeUndefined();
});

it.each([
  ['Step', { ...EVENT, Step: 'dropSecret' }],
  ['SecretId', { ...EVENT, SecretId: 'influxdb/acme/telegraf' }],
  ['ClientRequestToken', { ...EVENT, ClientRequestToken: 'short' }],
  ['SecretId, ClientRequestToken', { Step: 'setSecret' }],
])('one that is wrong at %s is told so', (where, event) => {
  expect(() => rotationStepIn(event)).toThrow(RequestError);
  expect(() => rotationStepIn(event)).toThrow(`is not understood, at ${where}`);
});
