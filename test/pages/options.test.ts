import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutLinks } from '../../lambda/config/keys/key.ts';

/** Where the options of the construct are shown: in the table with this row. */
const TABLES = [
  {
    page: 'docs/deployment.md',
    row: 'configuration',
    interfaces: [
      ['token-rotation', 'TokenRotationProps'],
      ['rotation-function', 'FunctionOptions'],
      ['run-schedule', 'ScheduleOptions'],
      ['news', 'NewsOptions'],
      ['runbook', 'RunbookOptions'],
      ['batches', 'ScaleOptions'],
    ],
  },
  { page: 'docs/deployment.md', row: 'objectLock', interfaces: [['evidence', 'EvidenceOptions']] },
  { page: 'docs/scale.md', row: 'longestRun', interfaces: [['batches', 'BatchOptions']] },
] as const;

interface Option {
  readonly name: string;
  /** What its declaration says that holds without it. */
  readonly byDefault: string;
}

function optionsOf(file: string, name: string): Option[] {
  const source = readFileSync(`infra/${file}.ts`, 'utf8');
  const [body = ''] = new RegExp(`^export interface ${name}\\b[\\s\\S]*?^}`, 'm').exec(source) ?? [];
  return [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??):/g)].map(
    ([, comment = '', option = '', mark]) => {
      const [, byDefault = ''] = /@default ([\s\S]*)/.exec(comment) ?? [];
      const words = byDefault.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim();
      return { name: option, byDefault: mark === '' ? 'required' : words };
    },
  );
}

describe.each(TABLES)('of $page, the table with $row', ({ page, row, interfaces }) => {
  const tables = readFileSync(page, 'utf8').match(/(?:^\|.*\n)+/gm) ?? [];
  const table = tables.find((each) => each.includes(`\n| \`${row}\` |`)) ?? '';
  const rows = new Map([...table.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, name, cell]) => [name, cell ?? '']));
  const options = interfaces.flatMap(([file, name]) => optionsOf(file, name));

  it('has a row for each option, and none for another', () => {
    expect([...rows.keys()].toSorted()).toEqual(options.map(({ name }) => name).toSorted());
  });

  it.each(options)('says of $name what its declaration says that holds without it', ({ name, byDefault }) => {
    const shown = withoutLinks(rows.get(name) ?? '').replaceAll('`', '');
    // The declaration may say more of it.
    expect(byDefault.replaceAll('`', '').slice(0, shown.length)).toBe(shown);
    expect(shown).not.toBe('');
  });
});
