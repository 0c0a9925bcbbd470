import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Report } from '../model.ts';
import { pack } from './pack.ts';

const FOLDER = join(import.meta.dirname ?? __dirname, 'browser');

const STYLES = [
  'colours.css',
  'base.css',
  'top.css',
  'common.css',
  'attention.css',
  'figures.css',
  'calendar.css',
  'filters.css',
  'timeline.css',
  'consumers.css',
  'controls.css',
  'evidence.css',
  'narrow.css',
  'print.css',
];
/** Each imports only from those before it. */
const SCRIPTS = [
  'dom.js',
  'later.js',
  'words.js',
  'unpack.js',
  'records.js',
  'attention.js',
  'months.js',
  'figures.js',
  'calendar.js',
  'timeline.js',
  'detail.js',
  'row.js',
  'consumers.js',
  'events.js',
  'controls.js',
  'evidence.js',
  'page.js',
];

/** A larger report is packed, so that the page stays below 2 MB: 1,000 consumers and a year are 29 MB of JSON. */
const LARGEST_PLAIN = 1_500_000;
/** Of each hash in a packed one. */
const DIGITS = 16;

/** The report as one HTML file, which needs nothing else: no other file, and no request to anywhere. */
export function page(report: Report): string {
  const style = STYLES.map(read).join('');
  const script = `const modules = {};\n${SCRIPTS.map(asPart).join('')}`;
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tokens of ${escaped(report.deployment)}</title>
<link rel="icon" href="data:image/svg+xml,${ICON}">
<style>${style}</style>
</head>
<body>
<noscript>This page shows its data by JavaScript, which is switched off. Nothing is loaded from anywhere.</noscript>
${dataOf(report)}
<script>${script}</script>
</body>
</html>
`;
}

const ICON = encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#0f6f74"/><path d="m4.5 8.5 2.4 2.4 4.6-5.4" fill="none" stroke="#fff" stroke-width="1.8"/></svg>',
);

function dataOf(report: Report): string {
  // What the page does not show. Each deed is in the life of its token, too.
  const { done: _, ...shown } = report;
  const text = JSON.stringify(shown);
  if (text.length <= LARGEST_PLAIN)
    return `<script type="application/json" id="report">${text.replace(/[<\u2028\u2029]/g, asEscape)}</script>`;
  const records = report.records.map((each) => ({
    ...each,
    hash: `${each.hash.slice(0, 'sha256:'.length + DIGITS)}…`,
  }));
  const packed = deflateRawSync(JSON.stringify(pack({ ...shown, records })), { level: 9 }).toString('base64');
  return `<script type="text/plain" id="report" data-packed>${packed}</script>`;
}

/** As JSON writes a character that would end the element, or a line of a script. */
function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** A module as a part of one script: nothing but what it exports can be seen by the others. */
function asPart(file: string): string {
  const source = read(file)
    .replace(/^\/\/ @ts-check\n+/, '')
    .replace(/^import (\{[^}]+\}) from '\.\/(.+)';$/gm, "const $1 = modules['$2'];");
  const exported = [...source.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, name]) => name);
  return `modules['${file}'] = (() => {\n${source.replace(/^export /gm, '')}return { ${exported.join(', ')} };\n})();\n`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
