import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../cli/check/check.ts';
import type { Status } from '../../cli/status/status.ts';
import { aConfiguration, aConsumer } from '../builders/a-configuration.ts';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import { Scene } from '../builders/a-scene.ts';
import { CONSUMER, file, type Json } from '../lambda/config/a-file.ts';

// What status and check say to type next is typed, as it stands, where they were typed. Only why, a person must say.

const LOCAL = 'my prod.json';

let scene: Scene;
let deployed: DeployedFunction;
let folder: string;
beforeEach(async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]), startsAt: Date.now() });
  await scene.run();
  deployed = await deployedIn(scene.world);
  folder = mkdtempSync(join(tmpdir(), 'next-command-'));
  configure();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await deployed.close();
  await scene.close();
});

function configure(more: Json = {}): void {
  const { name, secret, owner = '' } = aConsumer();
  const consumers = [{ ...CONSUMER, name, secret, owner, write: ['telemetry'], ...more }];
  const text = JSON.stringify(file({ influxdb: { url: scene.world.influxdb.url }, consumers }));
  for (const each of ['rotation.json', LOCAL]) writeFileSync(join(folder, each), text);
}

/** Types a line in a shell. @returns what was printed, whatever came of it. */
async function shell(line: string): Promise<{ code: number; out: string; err: string }> {
  const program = `influxdb-token-rotation() { ${process.execPath} ${PROGRAM_FILE} "$@"; }`;
  const env = {
    ...{ PATH: process.env.PATH, ...deployed.env, INFLUX_TOKEN: scene.world.admin.operatorToken },
    AWS_ENDPOINT_URL_SECRETS_MANAGER: scene.world.secretsManager.url,
  };
  return promisify(execFile)('bash', ['--norc', '-c', `${program}\n${line}`], { cwd: folder, env }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );
}

const saidWhy = (line: string) => line.replace(/"(?:…|<why>)"/, '"a test"');

describe.each([
  ['the only function', ''],
  ['a function that is named', ' --function rotator'],
  ['the handler here', ` --local --config '${LOCAL}'`],
])('with %s', (_what, whom) => {
  const json = async <T>(line: string) => JSON.parse((await shell(`${line}${whom} --json`)).out) as T;

  it('what status says can be typed', async () => {
    await scene.tokenByHand();
    await scene.setStatus(await scene.currentId(), 'inactive');
    const { consumers, others } = await json<Status>('influxdb-token-rotation status');
    const [rotate = ''] = consumers.flatMap(({ next = [] }) => next);
    const [discover = ''] = others.flatMap(({ next = [] }) => next);
    expect(await shell(discover)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('made by hand') });
    expect(await shell(`${rotate} --yes`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('in your own words'),
    });
    expect(await shell(`${saidWhy(rotate)} --yes`)).toMatchObject({ code: 0 });
    expect(await scene.works()).toBe(true);
  });

  it('what check says can be typed', async () => {
    const { admin } = scene.world;
    await admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.world.configuration = { ...scene.world.configuration, consumers: [aConsumer({ onMissing: 'report' })] };
    configure({ onMissing: 'report' });
    const { faults } = await json<Check>('influxdb-token-rotation check');
    const steps = faults.flatMap(({ remedy }) => remedy);
    expect(steps).toMatchObject([{ kind: 'command' }]);
    const [step] = steps;
    if (step?.kind !== 'command') throw new Error('no command');
    expect(await shell(`${saidWhy(step.command)} --yes`)).toMatchObject({ code: 0 });
    expect(await scene.works()).toBe(true);
  });
});
