import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PAGE = 'docs/troubleshooting.md';

/** Words of npm, CDK, the AWS SDK and Lambda, which the program passes on or never sees. Nothing of ours has them. */
const OF_OTHERS = [
  '(no changes)',
  'Cannot find asset at …',
  'EBADENGINE',
  'Has the environment been bootstrapped?',
  'Multiple credential sources detected',
  'Need to perform AWS calls for account …',
  'Runtime.ImportModuleError',
];

/** What makes messages: the program, the function, the construct, our doubles of the servers, and what a real InfluxDB said. */
const SOURCE = ['cli', 'infra', 'lambda', 'local', 'test/local/influxdb/recordings']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => /\.(ts|jsonl)$/.test(file))
  .map((file) => withoutEscapes(readFileSync(file, 'utf8')))
  .join('\n');

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(['"`])/g, '$1');
}

/** The first cell of each row. */
const MESSAGES = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([^|]+?)`(?: \(|, | \|)/gm)].map(
  ([, message = '']) => message,
);

it.each(MESSAGES)('the page has only messages that exist: %s', (message) => {
  if (OF_OTHERS.includes(message)) return;
  const parts = message.split(/ ?… ?/).filter((part) => /\w{2}/.test(part));
  expect(parts.filter((part) => !SOURCE.includes(part))).toEqual([]);
  expect(parts.length).toBeGreaterThan(0);
});

it('the page has many of them, none twice, and nothing is excused that is not there', () => {
  expect(MESSAGES.length).toBeGreaterThan(70);
  expect(MESSAGES).toEqual([...new Set(MESSAGES)]);
  expect(OF_OTHERS.filter((message) => !MESSAGES.includes(message))).toEqual([]);
});

it('every row says what to do', () => {
  const rows = readFileSync(PAGE, 'utf8').match(/^\| `.*$/gm) ?? [];
  expect(rows.filter((row) => !/ \| [^|]*\S \|$/.test(row))).toEqual([]);
  expect(rows).toHaveLength(MESSAGES.length);
});
