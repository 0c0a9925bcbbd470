import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HEALTHS, isOutOfPolicy } from '../../cli/status/health.ts';
import { RUNBOOK_URL, runbookLink } from '../../lambda/config/runbook.ts';
import { ERROR_CODES } from '../../lambda/log/coded-error.ts';
import { LEVELS } from '../../lambda/log/levels.ts';
import { REASON_CODES } from '../../lambda/log/reason-codes.ts';
import { KINDS } from '../../lambda/news/message.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ALARMS } from './alarms.ts';
import { anchorsOf, headingsOf, proseOf, REPOSITORY } from './pages.ts';

const RUNBOOK = 'docs/operations.md';
const CODES_PAGE = 'docs/codes.md';
const EVENT_CODES = Object.keys(LEVELS);
const CODES = [...new Set<string>([...REASON_CODES, ...ERROR_CODES, ...EVENT_CODES])];

/** What the source itself names as the place of a link. */
function literals(): string[] {
  const files = ['cli', 'infra', 'lambda'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const code = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
  const found = code.flatMap((text) => [...text.matchAll(/runbookLink\('([^']+)'/g)].map(([, place = '']) => place));
  expect(found).toEqual(expect.arrayContaining(['find-your-symptom', 'no-access']));
  return found;
}

/** How often each anchor that is asked for is on the page, where that is not once. */
function notOnce(page: string, wanted: readonly string[]): string[] {
  const anchors = anchorsOf(page);
  return wanted.filter((each) => anchors.filter((anchor) => anchor === each).length !== 1);
}

it('the address of the runbook is that of this version, in the repository of the package', () => {
  expect(RUNBOOK_URL).toBe(`${REPOSITORY}/blob/v${packageJson.version}/${RUNBOOK}`);
  expect(readFileSync('scripts/release/terraform/variables.tf', 'utf8')).toContain(`"${RUNBOOK_URL}"`);
});

it('each link that an alarm, a message or a finding can have ends in an anchor of the runbook', () => {
  expect(ALARMS).toHaveLength(9);
  const states = [...KINDS.filter((kind) => kind !== 'recovered'), ...HEALTHS.filter(isOutOfPolicy)];
  const places = [...ALARMS, ...states, ...literals(), ...CODES].map((each) => runbookLink(each).split('#')[1] ?? '');
  expect(notOnce(RUNBOOK, [...new Set(places)])).toEqual([]);
});

it('no anchor is on a page twice', () => {
  for (const page of [RUNBOOK, CODES_PAGE]) expect(notOnce(page, anchorsOf(page))).toEqual([]);
});

it('the page of codes has the same anchor for each code', () => {
  expect(
    notOnce(
      CODES_PAGE,
      CODES.map((code) => code.toLowerCase()),
    ),
  ).toEqual([]);
});

it('the page of codes has one entry for each event code, and none for another', () => {
  const entries = [...proseOf(CODES_PAGE).matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code);
  expect(entries.toSorted()).toEqual(EVENT_CODES.toSorted());
});

it.each([
  ['Reasons', 'reason', REASON_CODES],
  ['Errors', 'error', ERROR_CODES],
])('under "%s", the page of codes has one row for each %s code, and none for another', (heading, _kind, codes) => {
  const [, section = ''] = readFileSync(CODES_PAGE, 'utf8').split(`\n## ${heading}\n`);
  const [own = ''] = section.split(/^## /m);
  const rows = [...own.matchAll(/^\| (?:<a id="[^"]+"><\/a>)?`([^`]+)`/gm)].map(([, code]) => code);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});

it('every code that the runbook names exists', () => {
  const othersNames = [
    ...['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'ERROR_CODE', 'INFLUX_TOKEN', 'INFLUX_URL', 'OPERATOR_TOKEN'],
    'TIMED_OUT',
  ];
  const named = [...proseOf(RUNBOOK).matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code ?? '');
  expect(named.filter((code) => !CODES.includes(code) && !othersNames.includes(code))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

it('the runbook begins with a list of all its sections, every alarm and every state that is not well', () => {
  const [, list = ''] = /\n## Find your symptom\n([\s\S]*?)\n## /.exec(proseOf(RUNBOOK)) ?? [];
  const linked = [...list.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const [first, ...headings] = headingsOf(RUNBOOK, /^## (.+)$/gm);
  expect(first).toBe('find-your-symptom');
  expect(headings.filter((heading) => !linked.includes(heading))).toEqual([]);
  expect(ALARMS.filter((alarm) => !list.includes(`\`${alarm}\``))).toEqual([]);
  const states = HEALTHS.filter((health) => !['exempt', 'ok', 'retired'].includes(health));
  expect(states.filter((state) => !list.includes(`\`${state.replace('-', ' ')}\``))).toEqual([]);
});

it('no section of the runbook has more than five steps', () => {
  const sections = readFileSync(RUNBOOK, 'utf8').split(/^#+ /m);
  expect(sections.filter((section) => /^6\. /m.test(section))).toEqual([]);
});
