import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AWS_CODES, type AwsService, AwsServiceError } from '../aws/errors.ts';
import { jsonIn } from '../aws/said.ts';
import { SignedCalls } from '../aws/signed-calls.ts';
import type { CallContext } from '../calls/call.ts';
import { redact } from '../calls/redact.ts';
import type { Finding } from './finding.ts';

const SERVICE: AwsService = {
  ...{ name: 'Security Hub', id: 'securityhub', codes: AWS_CODES },
  variable: 'AWS_ENDPOINT_URL_SECURITYHUB',
};

const OPERATION = 'BatchImportFindings';

/** One `BatchImportFindings` takes no more. */
export const MOST_AT_ONCE = 100;

const Answer = z.object({
  FailedCount: z.int(),
  FailedFindings: z.optional(z.array(z.object({ Id: z.string(), ErrorCode: z.string(), ErrorMessage: z.string() }))),
});

/** AWS Security Hub, in its REST protocol. */
export class Hub {
  readonly #calls: SignedCalls;

  constructor(client: SecretsManagerClient, context: CallContext, endpoint: string | undefined) {
    this.#calls = new SignedCalls(client, context, { service: SERVICE, endpoint });
  }

  /**
   * Sends at most a hundred findings, of which those with a known id are updated.
   * @returns why it did not take some of them, by their ids.
   * @throws {CallError} if the call failed: then none is known to have arrived.
   */
  async import(findings: readonly Finding[]): Promise<Map<string, AwsServiceError>> {
    const { FailedFindings: failed = [] } = await this.#calls.send(
      {
        ...{ operation: OPERATION, path: '/findings/import' },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ Findings: findings }),
        right: { action: 'securityhub:BatchImportFindings', resource: findings[0]?.ProductArn ?? '' },
        understand: (text) => Answer.safeParse(jsonIn(text)).data,
      },
      'idempotent-write',
    );
    return new Map(
      failed.map(({ Id, ErrorCode: exception, ErrorMessage }) => {
        const detail = `${redact(ErrorMessage)} (${redact(Id)})`;
        return [Id, new AwsServiceError(SERVICE, OPERATION, 'refused', { exception, detail })];
      }),
    );
  }
}
