import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AWS_CODES, type AwsService, AwsServiceError } from '../aws/errors.ts';
import { jsonIn } from '../aws/said.ts';
import { SignedCalls } from '../aws/signed-calls.ts';
import type { CallContext } from '../calls/call.ts';
import { pages } from '../calls/pages.ts';
import type { RunReport } from '../engine/report/report.ts';
import type { Log } from '../log/log.ts';
import type { RuleAsked } from './asked.ts';
import { type Evaluation, evaluationsOf } from './evaluations.ts';

/** One `PutEvaluations` takes no more. */
const MOST_AT_ONCE = 100;

const OPERATION = 'PutEvaluations';

const SERVICE: AwsService = {
  ...{ name: 'AWS Config', id: 'config', codes: AWS_CODES },
  variable: 'AWS_ENDPOINT_URL_CONFIG_SERVICE',
};

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'StarlingDoveService.PutEvaluations' };

/** It cannot be limited to a rule: what the call is about is in the token. */
const RIGHT = { action: 'config:PutEvaluations', resource: '*' };

const Answer = z.object({
  FailedEvaluations: z.optional(z.array(z.object({ ComplianceResourceId: z.optional(z.string()) }))),
});

/** How many secrets each was said of. */
export interface RuleAnswer {
  readonly rule: string;
  readonly compliant: number;
  readonly nonCompliant: number;
  /** Exempt, or retired. */
  readonly notApplicable: number;
  /** Consumers of which nothing was said. */
  readonly leftOut: readonly string[];
}

export interface AnswerContext {
  readonly client: SecretsManagerClient;
  readonly calls: CallContext;
  /** @default that of the Region */
  readonly endpoint: string | undefined;
  readonly log: Log;
}

/**
 * Tells AWS Config of each secret whether it is as it was agreed.
 * @throws {CallError} if Config did not take all of it. What it took is right all the same.
 */
export async function answerRule(
  { client, calls, endpoint, log }: AnswerContext,
  { name: rule, resultToken, at }: RuleAsked,
  { consumers }: RunReport,
): Promise<RuleAnswer> {
  const { evaluations, leftOut } = evaluationsOf(consumers, at);
  const config = new SignedCalls(client, calls, { service: SERVICE, endpoint });
  const refused: string[] = [];
  for (const some of pages(evaluations, MOST_AT_ONCE)) refused.push(...(await put(config, some, resultToken)));
  if (refused.length > 0) {
    const failure = { exception: 'FailedEvaluations', detail: refused.join(', ') };
    throw new AwsServiceError(SERVICE, OPERATION, 'refused', failure);
  }
  const count = (type: Evaluation['ComplianceType']) =>
    evaluations.filter(({ ComplianceType }) => ComplianceType === type).length;
  const figures = {
    compliant: count('COMPLIANT'),
    nonCompliant: count('NON_COMPLIANT'),
    notApplicable: count('NOT_APPLICABLE'),
  };
  log('RULE_ANSWERED', { rule, ...figures, leftOut: leftOut.join(', ') });
  return { rule, ...figures, leftOut };
}

/** @returns the secrets of which Config took no answer. */
async function put(config: SignedCalls, Evaluations: readonly Evaluation[], ResultToken: string): Promise<string[]> {
  const body = JSON.stringify({ Evaluations, ResultToken });
  const understand = (text: string) => Answer.safeParse(jsonIn(text)).data;
  const request = { operation: OPERATION, headers: HEADERS, body, right: RIGHT, understand };
  const { FailedEvaluations: failed = [] } = await config.send(request, 'idempotent-write');
  return failed.map(({ ComplianceResourceId = 'unknown' }) => ComplianceResourceId);
}
