import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../lambda/log/coded-error.ts';
import { LEVELS } from '../../lambda/log/levels.ts';
import { REASON_CODES } from '../../lambda/log/reason-codes.ts';

const PAGES = ['docs/migration.md', 'docs/uninstall.md', 'docs/upgrades.md', 'docs/support.md', 'docs/faq.md'];

const CODES: ReadonlySet<string> = new Set([...REASON_CODES, ...ERROR_CODES, ...Object.keys(LEVELS)]);
/** What looks like a code, and is a variable or a key of somebody else's. */
const OTHERS_NAMES = ['INFLUX_TOKEN'];

it.each(PAGES)('%s names only codes and alarms that exist', (page) => {
  const prose = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const codes = [...prose.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code ?? '');
  expect(codes.filter((code) => !CODES.has(code) && !OTHERS_NAMES.includes(code))).toEqual([]);
  const alarms = [...prose.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(([, alarm]) => alarm ?? '');
  const source = readFileSync('infra/alarms.ts', 'utf8');
  expect(alarms.filter((alarm) => !source.includes(`'${alarm}'`))).toEqual([]);
});
