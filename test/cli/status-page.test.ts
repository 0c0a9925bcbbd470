import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REPORT } from '../../cli/report/model.ts';
import type { World } from '../../simulation/world.ts';
import { type DeployedFunction, deployedIn, type } from '../builders/a-deployed-function.ts';
import { aWorld } from '../builders/a-world.ts';

let folder: string;
let world: World;
let deployed: DeployedFunction;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'status-page-'));
  world = await aWorld();
  await world.run();
  deployed = await deployedIn(world);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await deployed.close();
  await world.close();
});

const status = (...args: string[]) => type(['status', ...args], deployed.env, folder);

it('status also writes the page of the present moment, of what the function answered alone', async () => {
  const { code, out } = await status('--html', 'now.html');
  expect(code).toBe(0);
  expect(out).toContain('telegraf is well');
  const html = readFileSync(join(folder, 'now.html'), 'utf8');
  const [, json = ''] = /<script type="application\/json" id="report">([^<]*)<\/script>/.exec(html) ?? [];
  const shown = REPORT.omit({ done: true }).parse(JSON.parse(json));
  expect(shown).toMatchObject({ deployment: 'prod', records: [], controls: [], sources: { status: {} } });
  expect(shown.from).toBe(shown.to);
  expect(shown.consumers).toMatchObject([{ consumer: 'telegraf', health: 'ok', access: 'works' }]);
  expect(shown.due).toMatchObject([{ consumer: 'telegraf', what: 'rotation' }]);
  // Nothing is asked for from anywhere.
  expect(html).toContain("default-src 'none'");
  expect(html.match(/(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
});

it('a page is not written over', async () => {
  writeFileSync(join(folder, 'mine.html'), 'mine');
  const { code, err } = await status('--html', 'mine.html');
  expect(code).toBe(2);
  expect(err).toContain('mine.html is there already');
  expect(readFileSync(join(folder, 'mine.html'), 'utf8')).toBe('mine');
});
