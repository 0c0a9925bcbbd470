import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../tools/free-port.ts';

/** moto on loopback: its S3, and its interpreter of the states language. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * @param python the Python that it is installed in.
 * @param lambdaUrl where its interpreter asks for functions.
 */
export async function startMoto(python: string, lambdaUrl: string): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Its interpreter asks the other services at this port.
  const env = { PATH: process.env.PATH, MOTO_PORT: String(port) };
  const child = spawn(python, ['test/tools/moto/start.py', String(port), lambdaUrl], { stdio: 'ignore', env });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  };
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    if (await fetch(`${url}/moto-api/data.json`).then(({ ok }) => ok, isDown)) {
      const config = { stepfunctions: { execute_state_machine: true } };
      await fetch(`${url}/moto-api/config`, { method: 'POST', body: JSON.stringify(config) });
      return { url, stop };
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  await stop();
  throw new Error('moto did not become ready within five minutes');
}

function isDown(): boolean {
  return false;
}
