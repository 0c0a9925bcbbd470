import type { Parameters } from './parameters.ts';
import type { Secret } from './secret.ts';
import { validation } from './service-error.ts';

type Attributes = (secret: Secret) => string[];

const EXACT_CASE: Readonly<Record<string, Attributes>> = {
  name: ({ name }) => [name],
  'tag-key': ({ tags }) => [...tags.keys()],
  'tag-value': ({ tags }) => [...tags.values()],
  'primary-region': () => [],
  'owning-service': () => [],
};

const everyAttribute: Attributes = ({ name, description = '', tags }) => [
  name,
  description,
  ...tags.keys(),
  ...tags.values(),
];

/** Tests a secret against all `Filters`. A filter matches if any of its values does. A leading `!` negates a value. */
export function readFilters(input: Parameters): (secret: Secret) => boolean {
  const filters = (input.objects('Filters', { min: 0, max: 10 }) ?? []).map((filter) => {
    const match = matcher(filter.requiredText('Key'));
    const values = filter.texts('Values', { min: 1, max: 10 }, { min: 1, max: 512 });
    if (!values) throw validation('Values', 'Member must not be null');
    return (secret: Secret) =>
      values.some((value) => (value.startsWith('!') ? !match(secret, value.slice(1)) : match(secret, value)));
  });
  return (secret) => filters.every((passes) => passes(secret));
}

function matcher(key: string): (secret: Secret, value: string) => boolean {
  const attributes = EXACT_CASE[key];
  if (attributes) return (secret, value) => attributes(secret).some((text) => text.startsWith(value));
  if (key === 'description') {
    return ({ description }, value) => description?.toLowerCase().startsWith(value.toLowerCase()) ?? false;
  }
  if (key === 'all') {
    return (secret, value) => {
      const texts = everyAttribute(secret).map((text) => text.toLowerCase());
      const words = value.toLowerCase().split(/\W+/).filter(Boolean);
      return words.some((word) => texts.some((text) => text.includes(word)));
    };
  }
  const keys = [...Object.keys(EXACT_CASE), 'description', 'all'];
  throw validation('Filters', `Member must satisfy enum value set: [${keys.join(', ')}]`);
}
