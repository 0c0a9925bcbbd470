import { afterEach, beforeEach, expect, it } from 'vitest';
import { findingOf } from '../../../lambda/security-hub/finding.ts';
import { type SecurityHubServer, startSecurityHub } from '../../../local/security-hub/server.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/securityhub/aws4_request, SignedHeaders=host, Signature=0a';

let server: SecurityHubServer;
beforeEach(async () => {
  server = await startSecurityHub();
});
afterEach(() => server.close());

const FINDING = findingOf(
  {
    ...{ deployment: 'prod', consumer: 'telegraf', problem: 'failed', secret: 'influxdb/telegraf' },
    ...{ reason: 'its owner does not exist', since: '2026-01-01T00:00:00.000Z' },
    runbook: 'https://example.com/runbook#failed',
  },
  { partition: 'aws', region: 'us-east-1', account: '123456789012' },
  '2026-01-02T00:00:00.000Z',
);

async function importing(body: object, authorization = SIGNED) {
  const request = { method: 'POST', body: JSON.stringify(body), headers: { authorization } };
  const answer = await fetch(`${server.url}/findings/import`, request);
  return { status: answer.status, ...((await answer.json()) as { FailedFindings?: { ErrorMessage: string }[] }) };
}

it('takes a finding, and an update of it that is newer', async () => {
  expect(await importing({ Findings: [FINDING] })).toMatchObject({ status: 200, SuccessCount: 1, FailedCount: 0 });
  const older = { ...FINDING, UpdatedAt: '2026-01-01T00:00:00.000Z', Title: 'older' };
  const newer = { ...FINDING, UpdatedAt: '2026-01-03T00:00:00.000Z', Title: 'newer' };
  await importing({ Findings: [older] });
  expect([...server.findings.values()].map(({ finding }) => finding.Title)).toEqual([FINDING.Title]);
  await importing({ Findings: [newer] });
  expect([...server.findings.values()].map(({ finding }) => finding.Title)).toEqual(['newer']);
});

it.each<[string, object, string]>([
  ['a missing member', { Description: undefined }, 'Description is missing, or no text'],
  ['too long a title', { Title: 'a'.repeat(257) }, 'Title must have from 1 to 256 characters'],
  ['too long a description', { Description: 'a'.repeat(1025) }, 'Description must have from 1 to 1024 characters'],
  [
    "another account's product",
    { ProductArn: 'arn:aws:securityhub:us-east-1:1:product/1/default' },
    'ProductArn must be',
  ],
  ['a type that is none', { Types: ['Odd/Thing'] }, 'Types must be namespace/category/classifier'],
  ['a severity that is none', { Severity: { Label: 'BAD' } }, 'Severity.Label is missing, or unknown'],
  ['no resource', { Resources: [] }, 'Resources must have from 1 to 32 items'],
  ['a secret by its name', { Resources: [{ Type: 'AwsSecretsManagerSecret', Id: 'a' }] }, 'must be its ARN'],
  ['what people set', { Workflow: { Status: 'NEW' } }, 'unknown or not importable member Workflow'],
  ['an update before it was made', { UpdatedAt: '2025-01-01T00:00:00Z' }, 'UpdatedAt is before CreatedAt'],
])('does not take a finding with %s', async (_name, change, problem) => {
  const { FailedFindings = [] } = await importing({ Findings: [{ ...FINDING, ...change }] });
  expect(FailedFindings.map(({ ErrorMessage }) => ErrorMessage)).toEqual([expect.stringContaining(problem)]);
  expect(server.findings.size).toBe(0);
});

it('takes a hundred in a call, and no more', async () => {
  const all = Array.from({ length: 101 }, (_, index) => ({ ...FINDING, Id: `f${index}` }));
  expect((await importing({ Findings: all })).status).toBe(400);
  expect((await importing({ Findings: all.slice(1) })).status).toBe(200);
});

it('refuses what is not signed for it', async () => {
  expect((await importing({ Findings: [FINDING] }, SIGNED.replace('/securityhub/', '/sns/'))).status).toBe(403);
});
