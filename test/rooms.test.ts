import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** The plan of the house: a room imports only from the rooms below it. A room is a folder, or a single file. */
const ROOMS = [
  'test',
  'bench',
  'scripts',
  'cli',
  'demo',
  'simulation',
  'infra',
  'lambda/handler.ts',
  'lambda/telemetry',
  'lambda/parts.ts',
  'lambda/scale',
  'lambda/config-rule',
  'lambda/news',
  'lambda/evidence',
  'lambda/engine/four-steps.ts',
  'lambda/engine/look-for-step.ts',
  'lambda/engine/step-error.ts',
  'lambda/engine/run.ts',
  'lambda/engine/observe-and-plan.ts',
  'lambda/engine/pace.ts',
  'lambda/engine/behaviour.ts',
  'lambda/engine/passes.ts',
  'lambda/engine/carry-out.ts',
  'lambda/engine/newsroom.ts',
  'lambda/engine/own-token.ts',
  'lambda/engine/prove-all.ts',
  'lambda/engine/check-rights.ts',
  'lambda/engine/try-mints.ts',
  'lambda/engine/plan-all.ts',
  'lambda/engine/decide.ts',
  'lambda/engine/same-server.ts',
  'lambda/engine/witness.ts',
  'lambda/engine/report',
  'lambda/engine/apply',
  'lambda/engine/plan',
  'lambda/engine/observe',
  'lambda/engine/document',
  'lambda/influxdb',
  'lambda/eventbridge',
  'lambda/logs',
  'lambda/s3',
  'lambda/sns',
  'lambda/security-hub',
  'lambda/aws',
  'lambda/secrets-manager',
  'lambda/calls',
  'lambda/requests',
  'lambda/config',
  'lambda/log',
  'local/start.ts',
  'local/hand-made.ts',
  'local/influxdb',
  'local/lambda',
  'local/s3',
  'local/eventbridge',
  'local/aws-config',
  'local/sns',
  'local/security-hub',
  'local/secrets-manager',
  'local/logs',
  'local/http',
  'local/simulated-clock.ts',
] as const;

/** What a folder knows of the others, where that is less than what lies below it. */
const KNOWS: Readonly<Record<string, RegExp>> = {
  // What runs in AWS knows nothing of the doubles that it is tested on, and they know nothing of it: sharing code
  // with what they test would hide its mistakes.
  lambda: /^lambda\//,
  local: /^local\//,
  // Of the function, only what people write for it and what it publishes.
  infra: /^(infra|lambda\/(config|log))\//,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const FILES = ['test', 'bench', 'scripts', 'cli', 'demo', 'simulation', 'infra', 'lambda', 'local']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => /\.[cm]?[jt]s$/.test(file) && !file.includes('node_modules'));

const SPECIFIER = /\b(?:from|import|require|resolve)\s*\(?\s*['"](\.{1,2}\/[^'"]*)['"]/g;

const IMPORTS: readonly Import[] = FILES.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(SPECIFIER)].map(([, path = '']) => ({
    from,
    to: normalize(join(dirname(from), path)),
  })),
);

const roomOf = (file: string) => ROOMS.find((room) => file === room || file.startsWith(`${room}/`));
const shown = ({ from, to }: Import) => `${from} imports ${to}`;

it('every file is in a room', () => {
  expect(FILES.filter((file) => roomOf(file) === undefined)).toEqual([]);
  expect(IMPORTS.length).toBeGreaterThan(1000);
});

it('a room imports only from the rooms below it', () => {
  // What is measured is built as what is tested: the two use each other's builders.
  const floor = (file: string) => ROOMS.indexOf(roomOf(file) === 'bench' ? 'test' : (roomOf(file) ?? 'test'));
  const upwards = IMPORTS.filter(({ from, to }) => roomOf(to) !== undefined && floor(to) < floor(from));
  expect(upwards.map(shown)).toEqual([]);
});

it('no folder knows more than it should', () => {
  const wrong = IMPORTS.filter(({ from, to }) => KNOWS[from.split('/')[0] ?? '']?.test(to) === false);
  expect(wrong.map(shown)).toEqual([]);
});
