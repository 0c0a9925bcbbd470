import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aConfigurationFile } from './a-rotation.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK command line does; the handler is built already. */
function synthesize(context: Record<string, string>): Promise<{ readonly code: number; readonly stderr: string }> {
  const env = { CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: JSON.stringify(context) };
  return new Promise((settle) => {
    const child = execFile(process.execPath, ['infra/app.ts'], { env }, (_error, _stdout, stderr) =>
      settle({ code: child.exitCode ?? -1, stderr }),
    );
  });
}

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

it('the app makes a stack for the deployment that it is given', async () => {
  const config = write('other.json', aConfigurationFile({ deployment: 'eu.prod_2' }));
  const context = {
    config,
    alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
    secretPrefixes: 'influxdb/acme/',
  };
  expect(await synthesize(context)).toEqual({ code: 0, stderr: '' });
  const name = 'influxdb-token-rotation-eu-prod-2.template.json';
  expect(readdirSync(join(folder, 'cdk.out'))).toContain(name);
  const { Outputs } = JSON.parse(readFileSync(join(folder, 'cdk.out', name), 'utf8'));
  expect(Object.keys(Outputs)).toEqual(['FunctionName', 'LogGroupName', 'FailedRunsUrl']);
});

it('the app tells what is wrong with a configuration, and nothing else', async () => {
  const config = write('bad.json', aConfigurationFile({ schedule: '4d', consumers: [] }));
  const { code, stderr } = await synthesize({ config });
  expect(code).toBe(1);
  expect(stderr.replaceAll(folder, '…')).toMatchInlineSnapshot(`
    "…/bad.json has 2 problems:
      schedule: must be whole minutes, which is what EventBridge Scheduler counts in, and at most 3d, or no alarm could notice that runs are missing (found "4d")
      consumers: must not be empty (found [])
    "
  `);
});
