import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Answer, type Request, type RunningServer, serve } from '../../local/http/server.ts';

export interface FunctionOptions {
  /** The program of `aws-lambda-ric`. */
  readonly client: string;
  /** Holds the function's code; the log is written beside it. */
  readonly folder: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a caller of the function gets. The payload of an error is what the runtime's client, or Lambda itself, makes. */
export type Outcome =
  | { readonly kind: 'result'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly payload: ErrorPayload };

export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * A function in the real client of the Lambda runtime, with the service's side of the Runtime API: one process, which
 * is started at need, kept for the next invocation, and killed at the time-out.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class LambdaRuntime {
  readonly #options: FunctionOptions;
  readonly #logFile: string;
  #api: RunningServer | undefined;
  #process: ChildProcess | undefined;
  #invocation: Invocation | undefined;
  /** Answers the process's request for its next invocation. */
  #next: ((answer: Answer) => void) | undefined;
  /** Why the process will exit, where it is known before. */
  #reason: ErrorPayload | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How many processes have been started. */
  starts = 0;

  private constructor(options: FunctionOptions) {
    this.#options = options;
    this.#logFile = join(options.folder, 'function.log');
  }

  static async create(options: FunctionOptions): Promise<LambdaRuntime> {
    const runtime = new LambdaRuntime(options);
    runtime.#api = await serve({
      operation: ({ method, url }) => `${method} ${url.pathname}`,
      answer: (request) => runtime.#answer(request),
      errorAnswer: (status) => ({ status }),
    });
    return runtime;
  }

  /** One at a time. */
  invoke(event: unknown): Promise<Outcome> {
    return new Promise((settle) => {
      this.#invocation = { id: randomUUID(), event, settle };
      this.#process ??= this.#start();
      this.#deliver();
    });
  }

  /** Stops the process where it is, as a sandbox without a processor does. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** What the function has printed so far, line by line. */
  log(): string[] {
    return readFileSync(this.#logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (child !== undefined) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await this.#api?.close();
  }

  #start(): ChildProcess {
    const { client, folder, handler, environment } = this.#options;
    this.starts += 1;
    this.#reason = undefined;
    // Written by the process itself: whatever was printed before an answer is in the file when the answer arrives.
    const log = openSync(this.#logFile, 'a');
    const child = spawn(resolve('node_modules/.bin/node'), [client], {
      stdio: ['ignore', log, log],
      env: {
        AWS_LAMBDA_RUNTIME_API: new URL(this.#api?.url ?? '').host,
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: handler,
        AWS_LAMBDA_FUNCTION_NAME: 'rotation',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/rotation',
        AWS_LAMBDA_LOG_STREAM_NAME: 'test',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ...environment,
      },
    });
    closeSync(log);
    child.on('exit', (code, signal) => this.#onExit(signal ?? `status ${code}`));
    return child;
  }

  #answer({ method, url, body }: Request): Answer | Promise<Answer> {
    const [, id, ending] = /^\/2018-06-01\/runtime\/(.+)\/([a-z]+)$/.exec(url.pathname) ?? [];
    const payload = body.length === 0 ? undefined : JSON.parse(body.toString());
    switch (`${method} ${ending}`) {
      case 'GET next':
        return new Promise((answer) => {
          this.#next = answer;
          this.#deliver();
        });
      case 'POST response':
        this.#settle({ kind: 'result', payload });
        return { status: 202 };
      case 'POST error':
        if (id === 'init') this.#reason = payload;
        else this.#settle({ kind: 'error', payload });
        return { status: 202 };
      default:
        return { status: 404 };
    }
  }

  /** Hands the invocation over as soon as there is one and the process asks for it. */
  #deliver(): void {
    const { timeoutMs } = this.#options;
    if (this.#next === undefined || this.#invocation === undefined) return;
    const { id, event } = this.#invocation;
    this.#next({
      status: 200,
      headers: {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': id,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + timeoutMs),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:000000000000:function:rotation',
      },
      body: JSON.stringify(event),
    });
    this.#next = undefined;
    this.#timer = setTimeout(() => {
      const errorMessage = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      this.#reason = { errorType: 'Sandbox.Timedout', errorMessage };
      this.#process?.kill('SIGKILL');
    }, timeoutMs);
  }

  #onExit(how: string): void {
    this.#process = undefined;
    this.#next = undefined;
    const errorMessage = `Runtime exited with error: ${how}`;
    this.#settle({ kind: 'error', payload: this.#reason ?? { errorType: 'Runtime.ExitError', errorMessage } });
  }

  #settle(outcome: Outcome): void {
    clearTimeout(this.#timer);
    const invocation = this.#invocation;
    this.#invocation = undefined;
    invocation?.settle(outcome);
  }
}
