import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, objectIn } from '../http/aws-json.ts';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { isSignedFor } from '../http/signature.ts';
import { problemOf } from './finding.ts';

export interface SecurityHubOptions extends ServeOptions {
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly accountId?: string;
}

/** A finding as the service keeps it. */
export interface KeptFinding {
  readonly finding: JsonObject;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface SecurityHubServer extends RunningServer {
  /** By their ids. The service forgets one that was not updated for 90 days. */
  readonly findings: Map<string, KeptFinding>;
}

const PATH = '/findings/import';
const MOST_AT_ONCE = 100;

/**
 * Serves the one call of AWS Security Hub that imports findings, in its REST JSON protocol, on loopback. No emulator is
 * strict about the format of findings; this follows what AWS documents, and nobody compared it with the service.
 */
export async function startSecurityHub(options: SecurityHubOptions = {}): Promise<SecurityHubServer> {
  const { now = Date.now, region = 'us-east-1', accountId = '123456789012' } = options;
  const productArn = `arn:aws:securityhub:${region}:${accountId}:product/${accountId}/default`;
  const findings = new Map<string, KeptFinding>();
  const take = (finding: JsonObject) => {
    const problem = problemOf(finding, productArn);
    if (problem !== undefined) return [{ Id: String(finding.Id), ErrorCode: 'InvalidInput', ErrorMessage: problem }];
    const kept = findings.get(String(finding.Id));
    // An update must be newer than what it updates.
    if (kept === undefined || String(finding.UpdatedAt) > String(kept.finding.UpdatedAt))
      findings.set(String(finding.Id), { finding, updatedAt: now() });
    return [];
  };
  const answer = (request: Request): Answer => {
    try {
      const all = findingsIn(request);
      const failed = all.flatMap(take);
      const counts = { FailedCount: failed.length, SuccessCount: all.length - failed.length };
      return json(200, { ...counts, FailedFindings: failed });
    } catch (error) {
      if (error instanceof ServiceError) return errorAnswer(error);
      throw error;
    }
  };
  const operation = ({ method, url }: Request) =>
    method === 'POST' && url.pathname === PATH ? 'BatchImportFindings' : `${method} ${url.pathname}`;
  const service = { operation, answer, errorAnswer: (status: number) => errorAnswer(injectedError(status)) };
  return { ...(await serve(service, options)), findings };
}

function findingsIn(request: Request): JsonObject[] {
  const { method, url, body } = request;
  if (method !== 'POST' || url.pathname !== PATH)
    throw new ServiceError('ResourceNotFoundException', 'no such path', 404);
  if (!isSignedFor('securityhub', request))
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const { Findings, ...others } = objectIn(body.toString()) ?? {};
  if (Object.keys(others).length > 0 || !Array.isArray(Findings) || !Findings.every(isObject))
    throw new ServiceError('InvalidInputException', 'Findings must be a list of objects, and all there is');
  if (Findings.length === 0 || Findings.length > MOST_AT_ONCE)
    throw new ServiceError('InvalidInputException', `Findings must have from 1 to ${MOST_AT_ONCE} items`);
  return Findings;
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  return json(status, { Message: message, Code: type }, { 'x-amzn-ErrorType': `${type}:http://internal.amazon.com/` });
}

function json(status: number, body: object, more: Readonly<Record<string, string>> = {}): Answer {
  const headers = { 'Content-Type': 'application/json', 'x-amzn-RequestId': randomUUID(), ...more };
  return { status, headers, body: JSON.stringify(body) };
}

function injectedError(status: number): ServiceError {
  if (status === 403)
    return new ServiceError(
      'AccessDeniedException',
      'not authorized to perform: securityhub:BatchImportFindings',
      status,
    );
  if (status === 429) return new ServiceError('LimitExceededException', 'Rate exceeded', status);
  if (status >= 500) return new ServiceError('InternalException', 'Internal server error', status);
  return new ServiceError('InvalidInputException', `injected status ${status}`, status);
}
