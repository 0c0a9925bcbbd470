import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { connectionTo } from '../../simulation/connection-to.ts';
import { Shell } from '../cli/runbook/a-shell.ts';
import { blocksOf } from '../pages/blocks.ts';
import { type Tool, whySkipped } from '../tools/tool.ts';

// The script of docs/consumers.md that writes a token to a file, on the embedded Secrets Manager.

const SECRET = 'influxdb/acme/telegraf';
const jq: Tool =
  spawnSync('jq', ['--version']).status === 0 ? { program: 'jq' } : { missing: 'jq is not on this machine' };

describe.runIf(!('missing' in jq))(`the script that writes a token to a file${whySkipped(jq)}`, () => {
  let server: SecretsManagerServer;
  let secrets: SecretsManagerClient;
  let shell: Shell;
  let folder: string;
  beforeEach(async () => {
    server = await startSecretsManager();
    secrets = new SecretsManagerClient(connectionTo(server));
    await secrets.send(new CreateSecretCommand({ Name: SECRET, SecretString: '{"token":"the-first"}' }));
    folder = mkdtempSync(join(tmpdir(), 'token-file-'));
    shell = new Shell('', {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_MAX_ATTEMPTS: '1' },
    });
  });
  afterEach(async () => {
    shell.remove();
    secrets.destroy();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const token = () => readFileSync(join(folder, 'token'), 'utf8');

  /** Runs the page's script. @returns its exit code. */
  async function run(): Promise<number> {
    const [block] = blocksOf('docs/consumers.md').filter(({ language }) => language === 'sh');
    const text = (block?.text ?? '').replace('/run/telegraf-secrets', folder);
    expect(text).toContain(folder);
    return (await shell.type(text)).code;
  }

  it('writes it without an end of line, for its owner alone, and each time anew', async () => {
    expect(await run()).toBe(0);
    expect(token()).toBe('the-first');
    expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
    await secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: '{"token":"the-second"}' }));
    expect(await run()).toBe(0);
    expect(token()).toBe('the-second');
    expect(readdirSync(folder)).toEqual(['token']);
  });

  it('leaves the file as it is while Secrets Manager does not answer', async () => {
    writeFileSync(join(folder, 'token'), 'the-first');
    server.faults.add({ on: () => true, status: 503, times: Number.POSITIVE_INFINITY });
    expect(await run()).not.toBe(0);
    expect(token()).toBe('the-first');
  });

  it('writes nothing of a secret that has no token', async () => {
    await secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: '{}' }));
    expect(await run()).not.toBe(0);
    expect(existsSync(join(folder, 'token'))).toBe(false);
  });
});
