import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';

// npm run test:mutants: breaks the engine in named ways, one at a time, and shows that the tests notice each.

interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const ROTATE = 'lambda/engine/rotate.ts';
const CANDIDATE = 'lambda/engine/candidate.ts';
const STORE = 'lambda/secrets-manager/store.ts';
const FACTS = 'lambda/engine/facts.ts';

const MUTANTS: Readonly<Record<string, readonly Change[]>> = {
  'mint active': [
    { file: ROTATE, from: "          status: 'inactive',", to: "          status: 'active'," },
    {
      file: ROTATE,
      from: "made.status === 'inactive' ? undefined :",
      to: 'true ? undefined :',
    },
  ],
  'activate before the put': [
    {
      file: ROTATE,
      from: '    await store(services, minted, text);\n    await activate(services, minted);',
      to: '    await activate(services, minted);\n    await store(services, minted, text);',
    },
  ],
  'promote before verify': [
    {
      file: ROTATE,
      from: '    await verify(services, minted, mint.urgent);\n    await promote(services, minted);',
      to: '    await promote(services, minted);\n    await verify(services, minted, mint.urgent);',
    },
  ],
  'delete without grace': [
    {
      file: 'lambda/engine/retire.ts',
      from: 'return since + limits.leaseMs + settings.gracePeriodMs <= now;',
      to: 'return since <= now;',
    },
  ],
  'match tokens by value': [
    {
      file: 'lambda/engine/plan-owned.ts',
      from: '  const row = listing.get(authorizationId);\n  return row === undefined ? looks.authorization(authorizationId)',
      to: "  const row = [...listing.rows()].find(({ id, token }) => id === authorizationId && token !== '');\n  return row === undefined ? ({ kind: 'gone' } as const)",
    },
  ],
  'sweep without the marker': [
    {
      file: FACTS,
      from: '    return this.#marked.get(keyOf(identity)) ?? [];',
      to: '    return [...this.#rows.values()].map((row) => ({ row, marker: { ...identity, rotationId: row.id, keepUntil: undefined } }));',
    },
  ],
  'sweep without the fingerprint': [
    {
      file: FACTS,
      from: 'function keyOf({ deployment, consumer, fingerprint }: Identity): string {',
      to: 'function keyOf({ deployment, consumer, fingerprint: { length: fingerprint } }: Identity): string {',
    },
  ],
  'no compare-and-swap': [
    {
      file: STORE,
      from: 'promote(secretId: string, versionId: string, from: string): Promise<void> {\n    return this.#throttledWrite(async () => {',
      to: 'promote(secretId: string, versionId: string, read: string): Promise<void> {\n    return this.#throttledWrite(async () => {\n      const from = (await this.describe(secretId))?.current ?? read;',
    },
  ],
  'retry the mint blindly': [
    { file: 'lambda/influxdb/client.ts', from: "retry: 'single-effect'", to: "retry: 'idempotent-write'" },
  ],
  'trust absence from the list': [
    {
      file: 'lambda/engine/plan-owned.ts',
      from: 'return row === undefined ? looks.authorization(authorizationId)',
      to: "return row === undefined ? ({ kind: 'gone', ...(looks === undefined ? {} : {}) } as const)",
    },
  ],
  'ignore rotation.id and tokenHash': [
    {
      file: 'lambda/engine/document.ts',
      from: "  if (document.id === versionId) return { kind: 'ours', document, token };",
      to: "  if (document.id !== '' || versionId === '') return { kind: 'ours', document, token };",
    },
  ],
  'compensate after an unanswered promotion': [
    { file: CANDIDATE, from: '{ cause: error, definite: false }', to: '{ cause: error, definite: true }' },
  ],
  'let the promotion be repeated': [
    {
      file: STORE,
      from: "      await this.#send('UpdateSecretVersionStage', 'single-effect', (client, options) =>",
      to: "      await this.#send('UpdateSecretVersionStage', 'idempotent-write', (client, options) =>",
    },
  ],
  'describe before the list, so that its look at AWSCURRENT proves nothing': [
    {
      file: 'lambda/engine/plan.ts',
      from: "  if (description === 'unseen' || description?.current === versionId) return decision;",
      to: "  if (description === 'unseen' || description?.current === versionId || versionId !== '') return decision;",
    },
  ],
  "a lease as long as the function's time-out": [
    {
      file: 'lambda/engine/ledger.ts',
      from: 'return row.createdAt + limits.leaseMs > now;',
      to: 'return row.createdAt + limits.functionTimeoutMs > now;',
    },
  ],
  'lose the ledger on a foreign document': [
    {
      file: 'lambda/engine/plan-first-token.ts',
      from: 'nextLedger(facts, document, marked, superseded, content.token)',
      to: 'nextLedger(facts, undefined, document === undefined ? marked : [], document && superseded && undefined, content.token)',
    },
  ],
  'skip the clock guard': [
    {
      file: 'lambda/service-clocks.ts',
      from: '      if (Math.abs(skewMs) > toleranceMs) {',
      to: '      if (Math.abs(skewMs) > toleranceMs * 1e9) {',
    },
  ],
};

const only = process.argv[2];
const limit = pLimit(availableParallelism());
const results = await Promise.all(
  Object.entries(MUTANTS)
    .filter(([name]) => only === undefined || name.includes(only))
    .map(([name, changes]) => limit(async () => ({ name, ...(await tryOut(changes)) }))),
);
const survivors = results.filter(({ failed }) => failed === undefined);
process.stdout.write(`${results.length - survivors.length} of ${results.length} mutants were noticed\n`);
process.exitCode = survivors.length === 0 ? 0 : 1;

/** Runs the tests on a copy of the tree in which the engine is broken. */
async function tryOut(changes: readonly Change[]): Promise<{ readonly failed: string | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of [
      'lambda',
      'demo',
      'local',
      'scripts',
      'test',
      'package.json',
      'vitest.config.ts',
      'rotation.json',
    ])
      cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no longer what a mutant changes: ${from}`);
      writeFileSync(join(folder, file), text.replaceAll(from, to));
    }
    const failed = await firstFailure(folder);
    const names = changes.map(({ file }) => file);
    const name = Object.entries(MUTANTS).find(([, each]) => each === changes)?.[0];
    process.stdout.write(
      `${failed === undefined ? 'SURVIVED' : 'noticed '}  ${name} (${names[0]}): ${failed ?? 'no test failed'}\n`,
    );
    return { failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first test that fails, or undefined. */
function firstFailure(folder: string): Promise<string | undefined> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--no-color', 'test/lambda/engine'];
  return new Promise((resolveWith) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) return resolveWith(undefined);
      resolveWith(/FAIL\s+(.*)/.exec(stdout + stderr)?.[1]?.slice(0, 140) ?? 'the tests do not run');
    });
  });
}
