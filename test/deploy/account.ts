import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Ministack } from './ministack.ts';

const RUN = { action: 'run' };

/** What an operator sees and does in the account. */
export class Account {
  readonly #lambda: LambdaClient;
  readonly #logs: CloudWatchLogsClient;
  readonly #queues: SQSClient;
  readonly #secrets: SecretsManagerClient;

  /** @param profile of the AWS configuration file, for somebody else than the account's root. */
  constructor(aws: Pick<Ministack, 'client'>, profile?: string) {
    const { credentials: _, ...nobody } = aws.client;
    const client = profile === undefined ? aws.client : { ...nobody, profile };
    this.#lambda = new LambdaClient(client);
    this.#logs = new CloudWatchLogsClient(client);
    this.#queues = new SQSClient(client);
    this.#secrets = new SecretsManagerClient(client);
  }

  async createSecret(Name: string, SecretString: string): Promise<void> {
    await this.#secrets.send(new CreateSecretCommand({ Name, SecretString }));
  }

  async putSecret(SecretId: string, SecretString: string): Promise<void> {
    await this.#secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }

  /** The value that the applications find. */
  async secret(SecretId: string): Promise<{ readonly token?: string }> {
    const { SecretString } = await this.#secrets.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString ?? '{}');
  }

  /** What each write of a secret changes. */
  async stateOf(SecretId: string): Promise<unknown> {
    const { VersionIdsToStages, LastChangedDate } = await this.#secrets.send(new DescribeSecretCommand({ SecretId }));
    return { VersionIdsToStages, LastChangedDate };
  }

  async runtimeOf(FunctionName: string | undefined): Promise<string | undefined> {
    return (await this.#lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Runtime;
  }

  /** Runs the function and waits for its answer. */
  async run(
    FunctionName: string | undefined,
    request: object = RUN,
  ): Promise<{ readonly error: string | undefined; readonly answer: unknown }> {
    const { FunctionError, Payload } = await this.#lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
    );
    return { error: FunctionError, answer: JSON.parse(Payload?.transformToString() ?? 'null') };
  }

  /** Has the function run some time, as its schedule does. */
  async runLater(FunctionName: string | undefined): Promise<void> {
    await this.#lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(RUN) }));
  }

  /** Runs the function once with the permissions of another role. */
  async runAs(roleName: string, FunctionName: string | undefined): ReturnType<Account['run']> {
    const own = await this.#lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { Role: role = '', MemorySize: size = 0 } = own;
    const update = async (Role: string, MemorySize: number) => {
      // The new size makes the emulator start a new process, with new credentials.
      await this.#lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Role, MemorySize }));
      await waitUntilFunctionUpdatedV2({ client: this.#lambda, maxWaitTime: 300, minDelay: 1 }, { FunctionName });
    };
    await update(role.replace(/[^/]+$/, roleName), size + 1);
    const outcome = await this.run(FunctionName);
    await update(role, size);
    return outcome;
  }

  /** The lines of a log that are the function's own. */
  async events(logGroupName: string | undefined): Promise<Record<string, unknown>[]> {
    const { events = [] } = await this.#logs.send(new FilterLogEventsCommand({ logGroupName }));
    const lines = events.flatMap(({ message = '' }) => message.split('\n'));
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  /** The next message of a queue, or `undefined` after five minutes without. */
  async receive(QueueUrl: string | undefined): Promise<unknown> {
    for (let waits = 0; waits < 15; waits += 1) {
      const { Messages: [message] = [] } = await this.#queues.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }),
      );
      if (message?.Body !== undefined) return JSON.parse(message.Body);
    }
    return undefined;
  }
}
