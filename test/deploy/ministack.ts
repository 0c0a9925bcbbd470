import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { freePort } from '../tools/free-port.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const REGION = 'us-east-1';

/** AWS on loopback, in a process of its own, with IAM enforced. */
export interface Ministack {
  /** What a command needs in its environment to take it for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** What an SDK client needs. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof CREDENTIALS;
    readonly requestHandler: { readonly httpsAgent: Agent };
  };
  stop(): Promise<void>;
}

/**
 * Starts the emulator, which executes functions with the `node` of this project's devDependencies.
 * @param python the Python that it is installed in.
 */
export async function startMinistack(python: string): Promise<Ministack> {
  const folder = await mkdtemp(join(tmpdir(), 'ministack-'));
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const certificate = join(folder, 'ministack-tls', 'server.crt');
  const child = spawn(python, ['-m', 'ministack'], {
    stdio: 'ignore',
    // It leads its group, so that the processes of its functions end with it.
    detached: true,
    env: {
      PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      // IAM is enforced by this, and the bootstrapped bucket then refuses whatever is not TLS.
      AUTH: 'true',
      USE_SSL: '1',
      IOT_MTLS_ENABLED: '0',
      LAMBDA_EXECUTOR: 'local',
      LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.2',
    },
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await exited;
    await rm(folder, { recursive: true });
  };
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`MiniStack ended with ${child.exitCode}`);
    if (existsSync(certificate)) {
      const httpsAgent = new Agent({ ca: readFileSync(certificate), keepAlive: true });
      if (await answers(`${endpoint}/_ministack/health`, httpsAgent))
        return {
          environment: {
            AWS_ENDPOINT_URL: endpoint,
            AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
            AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
            AWS_REGION: REGION,
            AWS_EC2_METADATA_DISABLED: 'true',
            NODE_EXTRA_CA_CERTS: certificate,
            AWS_CA_BUNDLE: certificate,
          },
          client: { endpoint, region: REGION, credentials: CREDENTIALS, requestHandler: { httpsAgent } },
          stop,
        };
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  await stop();
  throw new Error('MiniStack did not become ready within five minutes');
}

function answers(url: string, agent: Agent): Promise<boolean> {
  return new Promise((settle) => {
    get(url, { agent }, (response) => {
      response.resume();
      settle(response.statusCode === 200);
    }).on('error', () => settle(false));
  });
}
