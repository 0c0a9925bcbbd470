import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsManager } from '../../local/secrets-manager/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { connectionTo } from '../../simulation/world.ts';
import { type Seen, type } from '../builders/a-deployed-function.ts';
import { findInfluxd, startInfluxd, whyNotWith } from '../builders/a-real-influxd.ts';
import { whySkipped } from '../tools/tool.ts';

const source = findInfluxd();
const why = whySkipped(source);

interface Begun {
  readonly admin: Administrator;
  /** The id of a token that somebody made by hand, and that the secret `legacy/loader` holds. */
  readonly byHand: string;
  readonly config: string;
  program(...args: string[]): Promise<Seen>;
}

async function begin(tokens: 'hashed' | 'plain'): Promise<Begun> {
  const influxd = await startInfluxd(source, tokens);
  onTestFinished(() => influxd.stop());
  const secretsManager = await startSecretsManager({ functions: new Map() });
  onTestFinished(() => secretsManager.close());
  const folder = mkdtempSync(join(tmpdir(), 'first-rotation-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const admin = await Administrator.setUp(influxd.url, 'acme');
  const id = await admin.createBucket('telemetry');
  const { id: byHand, token } = await admin.createAuthorization({
    userID: await admin.createUser('loader'),
    description: 'made by hand',
    permissions: [{ action: 'write', resource: { type: 'buckets', id, orgID: admin.orgId } }],
  });
  const secrets = new SecretsManagerClient(connectionTo(secretsManager));
  await secrets.send(new CreateSecretCommand({ Name: 'legacy/loader', SecretString: JSON.stringify({ token }) }));
  secrets.destroy();
  const env = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    INFLUX_TOKEN: admin.operatorToken,
  };
  return { admin, byHand, config: join(folder, 'prod.json'), program: (...args) => type(args, env) };
}

describe.each(['hashed', 'plain'] as const)('a real influxd with %s tokens', (tokens) => {
  const whyNot = why || whyNotWith(source, tokens);
  it.runIf(whyNot === '')(`goes from a token made by hand to the first rotation${whyNot}`, async () => {
    const { admin, byHand, config, program } = await begin(tokens);
    const server = ['--url', admin.url, '--org', 'acme'];
    const found = await program('discover', ...server, '--secrets', 'legacy/', '--write', config, byHand);
    expect(found).toMatchObject({ code: 0 });
    expect(await program('init', '--config', config, '--yes')).toMatchObject({ code: 0 });
    expect((await program('init', '--config', config)).out).toContain('needs is there');
    const ran = await program('run', '--local', '--config', config, '--yes', '--json');
    expect(ran).toMatchObject({ code: 0 });
    const { deeds, status } = JSON.parse(ran.out);
    expect(deeds).toMatchObject([{ consumer: 'loader', kind: 'rotate', outcome: 'done' }]);
    expect(status.consumers).toMatchObject([{ health: 'ok', older: [{ authorizationId: byHand, phase: 'works' }] }]);
  });
});
