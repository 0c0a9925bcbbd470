import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { Beginning } from '../cli/a-beginning.ts';
import { copyExample, emptyApp, type run, withNode } from './fresh-app.ts';

const { tarball } = inject('packed');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lowest-node-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));
const OLDEST_PEERS = Object.entries<string>(MANIFEST.peerDependencies).map(
  ([name, range]) => name + range.replace('^', '@'),
);

describe.each([...MANIFEST.engines.node.matchAll(/\d+\.\d+/g)].map(([lowest]) => `${lowest}.0`))(
  'on Node %s',
  (version) => {
    let runOn: typeof run;
    let own: string;
    beforeAll(async () => {
      runOn = await withNode(folder, version);
      own = emptyApp(folder);
    });

    it('npm installs the tarball with --engine-strict beside the oldest peers, and the construct works', async () => {
      await runOn(own, 'npm', 'install', '--engine-strict', '--prefer-offline', '--no-audit', tarball, ...OLDEST_PEERS);
      copyExample(own, 'rotation.json');
      const synthesized = (loaded: string) => `
        const { App, Stack } = ${loaded.replace('PACKAGE', 'aws-cdk-lib')};
        const { TokenRotation } = ${loaded.replace('PACKAGE', 'influxdb-token-rotation')};
        const app = new App();
        new TokenRotation(new Stack(app, 'Tokens'), 'Rotation', { configuration: 'rotation.json' });
        console.log(process.version, app.synth().stacks.length);
      `;
      const asModule = synthesized("await import('PACKAGE')");
      const asCommonJs = synthesized("require('PACKAGE')");
      const output = `v${version} 1\n`;
      expect(await runOn(own, 'node', '--input-type=module', '--eval', asModule)).toBe(output);
      expect(await runOn(own, 'node', '--input-type=commonjs', '--eval', asCommonJs)).toBe(output);
    });

    it('the program for people sets up, checks, rotates and reports, without a warning', async () => {
      const at = await Beginning.open();
      onTestFinished(() => at.close());
      const env = Object.entries({ ...at.env, HOME: own }).map(([name, value]) => `${name}=${value}`);
      /** Everything that the program says. */
      const type = async (...args: string[]) => {
        const command = ['npx', 'influxdb-token-rotation', ...args];
        const said = await runOn(own, 'env', ...env, 'sh', '-c', '"$@" 2>&1', 'sh', ...command);
        expect(said).not.toContain('Warning');
        return said;
      };
      const local = ['--local', '--config', at.path()];
      const evidence = join(own, 'evidence');

      expect(await type('--help')).toMatch(/^Usage: influxdb-token-rotation/);
      expect(await type('init', ...at.flags, '--yes')).toContain('influxdb/rotator');
      writeFileSync(at.path(), JSON.stringify({ ...at.json(), evidence: { folder: evidence } }));
      expect(await type('check', ...local)).toMatch(/^prod: nothing is wrong\n/);
      expect(await type('plan', ...local)).toContain('telegraf  rotate');
      expect(await type('run', ...local, '--yes')).toContain('telegraf: the new token works');
      expect(await type('status', ...local)).toMatch(/^prod: telegraf is well /);
      expect(await type('discover', '--config', at.path())).toMatch(/^1 token is managed by nothing/);
      expect(await type('verify-evidence', '--evidence', evidence, '--deployment', 'prod')).toContain('is whole');
      const report = ['report', '--evidence', evidence, '--deployment', 'prod', '--format'];
      for (const format of ['html', 'csv', 'json']) expect(await type(...report, format)).toContain('telegraf');
      expect(await type(...report, 'oscal')).toContain('"assessment-results"');
    });
  },
);

it('on a Node that cannot load the package from CommonJS, npm refuses it with --engine-strict', async () => {
  const runOn = await withNode(folder, '22.11.0');
  const own = emptyApp(folder);
  await expect(runOn(own, 'npm', 'install', '--engine-strict', '--no-audit', tarball)).rejects.toThrow(
    `Not compatible with your version of node/npm: influxdb-token-rotation@${MANIFEST.version}`,
  );
});

it('on the lowest Node, npm installs the clone, even for somebody who always wants --engine-strict', async () => {
  const runOn = await withNode(folder, '20.19.1');
  const clone = mkdtempSync(join(folder, 'clone-'));
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(name, join(clone, name));
  writeFileSync(join(clone, 'of-the-user'), 'engine-strict=true\n');
  const output = await runOn(clone, 'npm', 'ci', '--dry-run', '--no-audit', '--userconfig=of-the-user');
  expect(output).toContain('added');
});
