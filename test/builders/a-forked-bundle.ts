import { fork } from 'node:child_process';
import { resolve } from 'node:path';

export interface Forked {
  /** What the script sent; undefined for nothing. */
  readonly message: unknown;
  /** What it wrote. */
  readonly output: string;
}

/** A script of a test that invokes a bundle, with nothing around it but the environment that Lambda gives. */
export function forked(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Forked> {
  const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const child = fork(resolve(script), [...args], { silent: true, env: { ...environment, ...keys } });
  let output = '';
  let message: unknown;
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  child.on('message', (sent) => {
    message = sent;
  });
  return new Promise((settle) => child.on('close', () => settle({ message, output })));
}
