import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aConfigurationFile, TOPIC_ARN } from '../builders/a-rotation.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as the CDK command line does; the handler is built already. */
function synthesize(
  context: Record<string, string>,
  others: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly stderr: string }> {
  const env = { CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: JSON.stringify(context), ...others };
  return execute(['infra/app.ts'], env);
}

function execute(args: string[], env: NodeJS.ProcessEnv): Promise<{ readonly code: number; readonly stderr: string }> {
  return new Promise((settle) => {
    const child = execFile(process.execPath, args, { env }, (_error, _stdout, stderr) =>
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
    alarmTopicArn: TOPIC_ARN,
    secretPrefixes: 'influxdb/acme/, influxdb/umbrella/',
  };
  expect(await synthesize(context)).toEqual({ code: 0, stderr: '' });
  const name = 'influxdb-token-rotation-eu-prod-2-05a99305.template.json';
  expect(readdirSync(join(folder, 'cdk.out'))).toContain(name);
  const { Outputs } = JSON.parse(readFileSync(join(folder, 'cdk.out', name), 'utf8'));
  expect(Object.keys(Outputs)).toEqual(['FunctionName', 'LogGroupName', 'FailedRunsUrl', 'LostSchedulesUrl']);
});

it('the app tells what is wrong with a configuration, and nothing else', async () => {
  const config = write('bad.json', aConfigurationFile({ schedule: '4d', consumers: [] }));
  const { code, stderr } = await synthesize({ config });
  expect(code).toBe(1);
  expect(stderr.replaceAll(folder, '…')).toMatchInlineSnapshot(`
    "…/bad.json has 2 problems:
      consumers: must not be empty (found [])
      schedule: must be whole minutes, because EventBridge Scheduler counts in minutes, and at most 3d, because no alarm would notice missing runs beyond that (found "4d")
    "
  `);
});

it('the app tells what is wrong with the command line together with what is wrong with the configuration', async () => {
  const config = write('empty.json', aConfigurationFile({ consumers: [] }));
  const { code, stderr } = await synthesize({ config, alarmTopicArn: 'foo', secretPrefixes: 'influxdb/acme/, ' });
  expect(code).toBe(1);
  expect(stderr.replaceAll(folder, '…')).toMatchInlineSnapshot(`
    "the command line has 2 problems:
      -c alarmTopicArn: must be the ARN of an SNS topic, for example arn:aws:sns:eu-central-1:123456789012:alarms (found "foo")
      -c secretPrefixes: must be prefixes of secret names, separated by commas, none of them empty, for example influxdb/acme/,influxdb/umbrella/ (found "influxdb/acme/, ")
    …/empty.json has 1 problem:
      consumers: must not be empty (found [])
    "
  `);
});

it('the app takes no configuration that it was not given, and says what to give', async () => {
  const { code, stderr } = await synthesize({ alarmTopicArn: 'foo' });
  expect(code).toBe(1);
  expect(stderr).toMatchInlineSnapshot(`
    "the command line has 2 problems:
      -c config: is missing: give the path of your configuration, for example -c config=prod.json; docs/configuration.md says how to write one
      -c alarmTopicArn: must be the ARN of an SNS topic, for example arn:aws:sns:eu-central-1:123456789012:alarms (found "foo")
    "
  `);
});

it('the app says that an empty path is not one', async () => {
  const { code, stderr } = await synthesize({ config: '' });
  expect(code).toBe(1);
  expect(stderr).toMatchInlineSnapshot(`
    "the command line has 1 problem:
      -c config: must be a path: give the path of your configuration, for example -c config=prod.json; docs/configuration.md says how to write one (found "")
    "
  `);
});

it('the app deploys no demonstration, unless a server on this machine is asked for by name', async () => {
  const config = 'demo/rotation.json';
  const { code, stderr } = await synthesize({ config });
  expect(code).toBe(1);
  expect(stderr).toMatchInlineSnapshot(`
    "demo/rotation.json has 1 problem:
      influxdb.url: is the address of the machine that deploys: a function in AWS cannot reach a server there, so every run would fail. Give the address at which the function can reach it; or allow it by name, with -c allowLoopback=true or the option allowLoopback of the construct, for an emulator of AWS (found "http://127.0.0.1:8086")
    "
  `);
  expect((await synthesize({ config, allowLoopback: 'false' })).code).toBe(1);
  expect((await synthesize({ config, allowLoopback: 'true' })).code).toBe(0);
  expect(readdirSync(join(folder, 'cdk.out'))).toContain('influxdb-token-rotation-demo.template.json');
});

it('the app refuses a mistyped key, and ignores those of CDK itself', async () => {
  const config = write('mistyped.json', aConfigurationFile());
  const { code, stderr } = await synthesize({ confg: config, alarmTopicARN: TOPIC_ARN, topic: TOPIC_ARN });
  expect(code).toBe(1);
  expect(stderr).toMatchInlineSnapshot(`
    "the command line has 3 problems:
      -c confg: is not an option: did you mean config?
      -c alarmTopicARN: is not an option: did you mean alarmTopicArn?
      -c topic: is not an option: the options are config, alarmTopicArn, secretPrefixes, runbookUrl, allowLoopback
    "
  `);
  const ofCdk = {
    'acknowledged-issue-numbers': '[1]',
    'cli-telemetry': 'false',
    'availability-zones:account=123456789012:region=eu-central-1': 'a',
    '@aws-cdk/core:newStyleStackSynthesis': 'true',
    'aws:cdk:bundling-stacks': '',
  };
  expect(await synthesize({ config, ...ofCdk })).toEqual({ code: 0, stderr: '' });
});

it('the app refuses secrets of another place than the one that it is deployed to', async () => {
  const { influxdb } = aConfigurationFile();
  const tokenSecret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:influxdb/rotator-AbCdEf';
  const config = write('elsewhere.json', aConfigurationFile({ influxdb: { ...influxdb, tokenSecret } }));
  const { code, stderr } = await synthesize({ config }, { CDK_DEFAULT_REGION: 'eu-central-1' });
  expect(code).toBe(1);
  expect(stderr.replace(folder, '…')).toMatchInlineSnapshot(`
    "…/elsewhere.json has 1 problem:
      influxdb.tokenSecret: is in Region us-east-1, but the function runs in eu-central-1: a deployment works in one account and Region, so give a secret there, or deploy where the secret is
    "
  `);
  expect(await synthesize({ config }, { CDK_DEFAULT_REGION: 'us-east-1' })).toEqual({ code: 0, stderr: '' });
});

it('`npm run synth` in a fresh clone succeeds, and warns of the address of the demonstration, and of nothing else', async () => {
  const path = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, ...synth] = scripts.synth.split(' ');
  // The app of cdk.json without the build, which would take the handler away from the other tests.
  const options = ['--app=node infra/app.ts', `--output=${join(folder, 'synth')}`, '--no-notices', '--no-color'];
  const { code, stderr } = await execute(['node_modules/aws-cdk/bin/cdk', ...synth, ...options], {
    PATH: path,
    HOME: folder,
    CDK_DISABLE_CLI_TELEMETRY: '1',
  });
  expect(code).toBe(0);
  expect(stderr).toMatchInlineSnapshot(`
    "WARNING influxdb.url (http://127.0.0.1:8086) is the address of the machine that deploys: a function in AWS cannot reach a server there, so every run would fail (Annotation)
       influxdb-token-rotation-demo/Rotation constructs.Construct
       Acknowledge with 'Annotation::influxdb-token-rotation:loopback'
    "
  `);
});
