import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';
import { invalidParameter, validation } from './service-error.ts';

const MAX_TAGS = 50;
const KEY_LENGTH = { min: 1, max: 128 };

export const tagResource: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  const tags = readTags(input);
  if (!tags) throw validation('Tags', 'Member must not be null');
  checkCount(new Set([...secret.tags.keys(), ...tags.map(([key]) => key)]).size);
  store.change(secret, () => {
    for (const [key, value] of tags) secret.tags.set(key, value);
  });
  return undefined;
};

export const untagResource: Operation = ({ store }, input) => {
  const secret = store.usable(input);
  const keys = input.texts('TagKeys', { min: 0, max: MAX_TAGS }, KEY_LENGTH);
  if (!keys) throw validation('TagKeys', 'Member must not be null');
  store.change(secret, () => {
    for (const key of keys) secret.tags.delete(key);
  });
  return undefined;
};

export function readTags(input: Parameters): [key: string, value: string][] | undefined {
  const tags = input.objects('Tags')?.map((tag): [string, string] => {
    const key = tag.requiredText('Key', KEY_LENGTH);
    if (key.startsWith('aws:')) throw invalidParameter("Tag keys that begin with 'aws:' are reserved for system use.");
    return [key, tag.text('Value', { min: 0, max: 256 }) ?? ''];
  });
  checkCount(tags?.length ?? 0);
  return tags;
}

function checkCount(count: number): void {
  if (count > MAX_TAGS) throw invalidParameter(`You can't have more than ${MAX_TAGS} tags on a secret.`);
}
