import { randomInt } from 'node:crypto';
import type { Operation } from './operation.ts';
import { invalidParameter, invalidRequest } from './service-error.ts';

const KINDS = [
  { unless: 'ExcludeLowercase', characters: 'abcdefghijklmnopqrstuvwxyz' },
  { unless: 'ExcludeUppercase', characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
  { unless: 'ExcludeNumbers', characters: '0123456789' },
  { unless: 'ExcludePunctuation', characters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' },
];

export const getRandomPassword: Operation = (_context, input) => {
  const length = input.integer('PasswordLength', { min: 1, max: 4096 }) ?? 32;
  const excluded = new Set(input.text('ExcludeCharacters', { min: 0, max: 4096 }));
  const kinds = KINDS.filter(({ unless }) => !input.flag(unless)).map(({ characters }) => characters);
  if (input.flag('IncludeSpace')) kinds.push(' ');
  const allowed = kinds.map((kind) => [...kind].filter((one) => !excluded.has(one))).filter((kind) => kind.length > 0);
  const required = (input.flag('RequireEachIncludedType') ?? true) ? allowed : [];
  if (allowed.length === 0) throw invalidRequest('The password would have no characters to choose from.');
  if (required.length > length) throw invalidParameter('The password is too short for one character of each type.');
  const pick = (from: readonly string[]): string => from[randomInt(from.length)] ?? '';
  const rest = Array.from({ length: length - required.length }, () => pick(allowed.flat()));
  const characters = [...required.map(pick), ...rest];
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return { RandomPassword: characters.join('') };
};
