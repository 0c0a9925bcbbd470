import { fork } from 'node:child_process';
import { resolve } from 'node:path';

/** What two invocations of one program took. Memory is in MB, and the CPU is that of the first invocation. */
export interface Invoked {
  /** Consumers in the second report, and those that it had no room for. */
  readonly served: number;
  /** There, every consumer that is named was idle, and nothing was noted. The idle ones are left out first. */
  readonly quiet: boolean;
  /** Of the answer as JSON. */
  readonly answerBytes: number;
  /** The most that was resident: before the bundle was loaded, after the first invocation, and after the second. */
  readonly emptyMb: number;
  readonly coldMb: number;
  readonly peakMb: number;
  /** The most heap that was seen, garbage included, and what is left after all. */
  readonly heapMb: number;
  readonly keptMb: number;
  readonly cpuMs: number;
}

/** The arguments that Lambda's Node runtime derives from the function's memory: a tenth is for new objects. */
function nodeArguments(memoryMb: number): string[] {
  const newSpaceMb = Math.floor(memoryMb / 10);
  const semiSpaceMb = Math.floor(newSpaceMb / 2);
  return ['--expose-gc', `--max-semi-space-size=${semiSpaceMb}`, `--max-old-space-size=${memoryMb - newSpaceMb}`];
}

/** Invokes a bundle twice in a process of its own, with `rotation.json` beside it. */
export function invokeInLambda(bundle: string, secretsManagerUrl: string, memoryMb: number): Promise<Invoked> {
  return new Promise((settle, fail) => {
    const child = fork(resolve('bench/invoke.cjs'), [bundle], {
      execArgv: nodeArguments(memoryMb),
      // The log goes nowhere: a pipe that is read late would hold it in memory.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    child.on('message', (message) => settle(message as Invoked));
    child.on('exit', (code, signal) => fail(new Error(`the program ended with ${signal ?? code} and without figures`)));
  });
}
