import { isObject } from '../http/aws-json.ts';
import type { Operation } from './operation.ts';
import { ServiceError } from './service-error.ts';

export const putResourcePolicy: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  const policy = input.requiredText('ResourcePolicy', { min: 1, max: 20_480 });
  if (!isJsonObject(policy)) {
    throw new ServiceError('MalformedPolicyDocumentException', 'This resource policy contains a syntax error.');
  }
  store.change(secret, () => Object.assign(secret, { resourcePolicy: policy }));
  return { ARN: secret.arn, Name: secret.name };
};

export const getResourcePolicy: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.resourcePolicy };
};

export const deleteResourcePolicy: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  store.change(secret, () => Object.assign(secret, { resourcePolicy: undefined }));
  return { ARN: secret.arn, Name: secret.name };
};

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
