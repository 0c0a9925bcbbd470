import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/deployment.md', 'utf8');

/** The interfaces of which the options of the construct consist. */
const DECLARED: readonly (readonly [file: string, name: string])[] = [
  ['token-rotation', 'TokenRotationProps'],
  ['rotation-function', 'FunctionOptions'],
  ['run-schedule', 'ScheduleOptions'],
  ['news', 'NewsOptions'],
  ['batches', 'ScaleOptions'],
];

interface Option {
  readonly name: string;
  readonly isRequired: boolean;
  /** What its declaration says that holds without it. */
  readonly byDefault: string | undefined;
}

const OPTIONS = DECLARED.flatMap(([file, name]) => optionsOf(readFileSync(`infra/${file}.ts`, 'utf8'), name));

function optionsOf(source: string, name: string): Option[] {
  const [body = ''] = new RegExp(`^export interface ${name}\\b[\\s\\S]*?^}`, 'm').exec(source) ?? [];
  return [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??):/g)].map(
    ([, comment = '', option = '', mark]) => ({
      name: option,
      isRequired: mark === '',
      byDefault: /@default ([\s\S]*)/
        .exec(comment)?.[1]
        ?.replaceAll(/\s*\n\s*\*\s*/g, ' ')
        .trim(),
    }),
  );
}

const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| .+ \|$/gm)];

it('has a row for each option of the construct, and one only', () => {
  const shown = rows.map(([, name]) => name);
  expect(OPTIONS.map(({ name }) => shown.filter((each) => each === name).length)).toEqual(OPTIONS.map(() => 1));
  expect(OPTIONS.length).toBeGreaterThan(20);
});

it.each(OPTIONS)('says of $name what its declaration says that holds without it', ({ name, isRequired, byDefault }) => {
  const [, , shown = ''] = rows.find(([, option]) => option === name) ?? [];
  // The declaration may say more of it.
  const begin = byDefault?.replaceAll('`', '').slice(0, shown.replaceAll('`', '').length);
  expect(begin ?? (isRequired && 'required')).toBe(shown.replaceAll('`', ''));
});
