import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AWS_CODES, type AwsService } from '../aws/errors.ts';
import { jsonIn } from '../aws/said.ts';
import { SignedCalls } from '../aws/signed-calls.ts';
import type { CallContext } from '../calls/call.ts';
import type { EventCode } from '../log/events.ts';
import type { History, PastEvent } from '../log/history.ts';

/** Where the function's own log is. */
export interface LogOptions {
  /** The name of its log group; undefined where the function does not run in Lambda. */
  readonly group: string | undefined;
  readonly deployment: string;
  /** @default that of the Region */
  readonly endpoint: string | undefined;
}

/** Of one look. A page has at most 1 MB; what is older than the last of them is not remembered. */
const MOST_PAGES = 30;

const OPERATION = 'FilterLogEvents';

const SERVICE: AwsService = {
  ...{ name: 'CloudWatch Logs', id: 'logs', codes: AWS_CODES },
  variable: 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
};

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.FilterLogEvents' };

const Page = z.object({
  events: z.array(z.object({ message: z.string(), timestamp: z.number() })),
  nextToken: z.optional(z.string()),
});

const Line = z.looseObject({ code: z.string(), deployment: z.string() });

/** The log group of the function, in CloudWatch Logs. */
export class FunctionHistory implements History {
  readonly #calls: SignedCalls;
  readonly #options: LogOptions;

  constructor(client: SecretsManagerClient, context: CallContext, options: LogOptions) {
    this.#calls = new SignedCalls(client, context, { service: SERVICE, endpoint: options.endpoint });
    this.#options = options;
  }

  /** Undefined without a group: then the function remembers nothing. */
  static of(client: SecretsManagerClient, context: CallContext, options: LogOptions): FunctionHistory | undefined {
    return options.group ? new FunctionHistory(client, context, options) : undefined;
  }

  async since(since: number, codes: readonly EventCode[]): Promise<readonly PastEvent[]> {
    const { group, deployment } = this.#options;
    const anyCode = codes.map((code) => `$.code = "${code}"`).join(' || ');
    const filterPattern = `{ $.deployment = "${deployment}" && (${anyCode}) }`;
    // The newest first, so that what is too much is the oldest.
    const input = { logGroupName: group, startTime: Math.max(0, since), filterPattern, startFromHead: false };
    const found: PastEvent[] = [];
    let nextToken: string | undefined;
    for (let count = 0; count < MOST_PAGES; count += 1) {
      const page = await this.#page({ ...input, nextToken });
      found.push(...page.events.flatMap(({ message, timestamp }) => this.#eventIn(message, timestamp)));
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
    }
    return found.sort((one, other) => one.at - other.at);
  }

  #page(input: object): Promise<z.infer<typeof Page>> {
    const right = { action: 'logs:FilterLogEvents', resource: `the log group ${this.#options.group}` };
    const understand = (text: string) => Page.safeParse(jsonIn(text)).data;
    const request = { operation: OPERATION, headers: HEADERS, body: JSON.stringify(input), right, understand };
    return this.#calls.send(request, 'read');
  }

  #eventIn(message: string, at: number): PastEvent[] {
    const { data } = Line.safeParse(jsonIn(message));
    if (data?.deployment !== this.#options.deployment) return [];
    const { code, ...fields } = data;
    return [{ at, code: code as EventCode, fields }];
  }
}
