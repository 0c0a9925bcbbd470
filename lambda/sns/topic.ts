import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_CODES, type AwsService } from '../aws/errors.ts';
import { elementIn } from '../aws/said.ts';
import { SignedCalls } from '../aws/signed-calls.ts';
import type { CallContext } from '../calls/call.ts';

const SERVICE: AwsService = { name: 'SNS', id: 'sns', variable: 'AWS_ENDPOINT_URL_SNS', codes: AWS_CODES };

const HEADERS = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

export interface TopicOptions {
  readonly arn: string;
  /** @default that of the Region */
  readonly endpoint: string | undefined;
}

/** A topic of Amazon SNS, in its query protocol. */
export class Topic {
  readonly #calls: SignedCalls;
  readonly #arn: string;

  constructor(client: SecretsManagerClient, context: CallContext, { arn, endpoint }: TopicOptions) {
    this.#calls = new SignedCalls(client, context, { service: SERVICE, endpoint });
    this.#arn = arn;
  }

  /**
   * Sends one message, which may arrive more than once, because a call without an answer is repeated.
   * @returns the id that SNS gave it.
   * @throws {CallError}
   */
  publish(text: string, subject: string | undefined): Promise<string> {
    const fields = { Action: 'Publish', Version: '2010-03-31', TopicArn: this.#arn, Message: text };
    const body = new URLSearchParams(subject === undefined ? fields : { ...fields, Subject: subject }).toString();
    const right = { action: 'sns:Publish', resource: this.#arn, policy: POLICY };
    const understand = (answer: string) => elementIn(answer, 'MessageId');
    return this.#calls.send({ operation: 'Publish', headers: HEADERS, body, right, understand }, 'idempotent-write');
  }
}

const POLICY =
  "the policy of the function's role, and of an encrypted topic kms:GenerateDataKey and kms:Decrypt on its key";
