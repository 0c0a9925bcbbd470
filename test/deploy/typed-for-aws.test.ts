import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASE_FOLDER, TEMPLATE } from '../../scripts/release/release.ts';
import { blocksOf } from '../pages/blocks.ts';
import { PAGES } from '../pages/pages.ts';
import { commandsIn } from '../pages/typed.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';

// Every command for AWS that a page says is read by the AWS CLI itself: its service, its operation and its options.

const cli = toolOf('test/tools/aws-cli/install.sh');
const NOWHERE = 'http://127.0.0.1:1';
/** As a version's id must be. */
const LONG_ENOUGH = '00000000-0000-4000-8000-000000000000';

const COMMANDS = PAGES.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => commandsIn(text))
    .filter(([program]) => program === 'aws')
    .map((command) => [page, command] as const),
);

describe.runIf('program' in cli)(`what is typed for AWS${whySkipped(cli)}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'typed-for-aws-'));
    mkdirSync(join(folder, RELEASE_FOLDER), { recursive: true });
    for (const name of ['prod-1.zip', 'prod-2.zip', join(RELEASE_FOLDER, TEMPLATE)])
      writeFileSync(join(folder, name), '{}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(COMMANDS)('in %s is taken, and only fails because AWS is out of reach: %j', async (_page, [, ...words]) => {
    const filled = words.map((word) => (word === 'placeholder' ? LONG_ENOUGH : word));
    expect(await typed(filled)).toContain(`Failed to connect to proxy URL: "${NOWHERE}"`);
  });

  it.each([
    ['an operation', ['secretsmanager', 'get-secret', '--secret-id', 'x'], 'Invalid choice'],
    ['an option', ['secretsmanager', 'get-secret-value', '--secret', 'x', '--idd', 'y'], 'Unknown options: --idd'],
  ])('is refused with %s that does not exist', async (_what, words, text) => {
    expect(await typed(words)).toMatch(new RegExp(text, 'i'));
  });

  /** What the AWS CLI says, which reaches nobody. */
  function typed(words: readonly string[]): Promise<string> {
    const PATH = [dirname('program' in cli ? cli.program : ''), process.env.PATH].join(delimiter);
    const account = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'eu-central-1' };
    const env = { ...account, PATH, HOME: folder, HTTPS_PROXY: NOWHERE, AWS_MAX_ATTEMPTS: '1' };
    const args = ['-c', 'echo "{}" | "$@"', 'bash', 'aws', ...words];
    return new Promise((settle) => {
      execFile('bash', args, { cwd: folder, env, timeout: 60_000 }, (_error, stdout, stderr) =>
        settle(`${stdout}${stderr}`),
      );
    });
  }
});
