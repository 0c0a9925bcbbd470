import { fork } from 'node:child_process';
import { resolve } from 'node:path';

/** What one invocation took. */
export interface Invocation {
  readonly wallMs: number;
  /** Of the whole process, from its start to the end of this. */
  readonly cpuMs: number;
  /** The most that was resident until its end, in MB. */
  readonly peakMb: number;
}

/** What some invocations of one program took, one after the other in one process. Memory is in MB. */
export interface Invoked {
  readonly invocations: readonly Invocation[];
  /** Consumers in the last report, and those that it had no room for. */
  readonly served: number;
  /** There, every consumer that is named was idle, and nothing was noted. The idle ones are left out first. */
  readonly quiet: boolean;
  /** Consumers that failed in it, and tokens that were rotated; undefined where the program reports none. */
  readonly failed: number | undefined;
  readonly rotated: number | undefined;
  /** Of the last answer as JSON. */
  readonly answerBytes: number;
  /** The most that was resident: before the bundle was loaded, and after all. */
  readonly emptyMb: number;
  readonly peakMb: number;
  /** The most heap that was seen, garbage included, and what is left after all. */
  readonly heapMb: number;
  readonly keptMb: number;
}

export interface InvokeOptions {
  /** What is invoked, one after the other. @default two runs */
  readonly actions?: readonly ('status' | 'run')[];
  /** Awaited before each invocation but the first. */
  readonly between?: () => Promise<unknown>;
  readonly environment?: Readonly<Record<string, string>>;
  /** A descriptor of the file that the log goes to. @default nowhere: a pipe that is read late would hold it in memory */
  readonly log?: number;
}

/** The arguments that Lambda's Node runtime derives from the function's memory: a tenth is for new objects. */
export function nodeArguments(memoryMb: number): string[] {
  const newSpaceMb = Math.floor(memoryMb / 10);
  const semiSpaceMb = Math.floor(newSpaceMb / 2);
  return ['--expose-gc', `--max-semi-space-size=${semiSpaceMb}`, `--max-old-space-size=${memoryMb - newSpaceMb}`];
}

/** What the SDK finds in the environment. */
export function environmentFor(secretsManagerUrl: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/**
 * Invokes a bundle in a process of its own, with `rotation.json` beside it.
 * @throws if the process ends before it sends its figures.
 */
export function invokeInLambda(
  bundle: string,
  secretsManagerUrl: string,
  memoryMb: number,
  { actions = ['run', 'run'], between, environment = {}, log }: InvokeOptions = {},
): Promise<Invoked> {
  return new Promise((settle, fail) => {
    const child = fork(resolve('bench/programs/invoke.cjs'), [bundle, ...actions], {
      execArgv: nodeArguments(memoryMb),
      stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
      env: { ...environmentFor(secretsManagerUrl), ...environment },
    });
    child.on('message', (message) => {
      if (message !== 'next') settle(message as Invoked);
      else Promise.resolve(between?.()).then(() => child.send('go'), fail);
    });
    child.on('exit', (code, signal) => fail(new Error(`the program ended with ${signal ?? code} and without figures`)));
  });
}
