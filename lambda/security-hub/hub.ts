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
const MOST_AT_ONCE = 100;

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
   * Sends findings, of which those with a known id are updated.
   * @returns an error for each that it did not take.
   * @throws {CallError} if a call failed: what it had, and what comes after it, is not known to have arrived.
   */
  async import(findings: readonly Finding[]): Promise<AwsServiceError[]> {
    const refused: AwsServiceError[] = [];
    for (let start = 0; start < findings.length; start += MOST_AT_ONCE) {
      const some = findings.slice(start, start + MOST_AT_ONCE);
      const answer = await this.#calls.send(
        {
          ...{ operation: OPERATION, path: '/findings/import' },
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ Findings: some }),
          right: { action: 'securityhub:BatchImportFindings', resource: some[0]?.ProductArn ?? '' },
          understand: (text) => Answer.safeParse(jsonIn(text)).data,
        },
        'idempotent-write',
      );
      for (const { Id, ErrorCode: exception, ErrorMessage } of answer.FailedFindings ?? []) {
        const detail = `${redact(ErrorMessage)} (${redact(Id)})`;
        refused.push(new AwsServiceError(SERVICE, OPERATION, 'refused', { exception, detail }));
      }
    }
    return refused;
  }
}
