import { oneLine } from '../calls/cut.ts';
import { productArn } from '../config/security-hub.ts';

/** A finding in the AWS Security Finding Format (ASFF). What people set, such as `Workflow`, is never sent. */
export interface Finding {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Region: string;
  readonly Types: readonly string[];
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly Severity: { readonly Label: 'LOW' | 'MEDIUM' | 'HIGH' };
  readonly Title: string;
  readonly Description: string;
  readonly Remediation: { readonly Recommendation: { readonly Text: string; readonly Url: string } };
  readonly Resources: readonly [
    { readonly Type: string; readonly Id: string; readonly Partition: string; readonly Region: string },
  ];
  readonly RecordState: 'ACTIVE' | 'ARCHIVED';
}

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** What a finding says. Times are ISO 8601. */
export interface Problem {
  readonly deployment: string;
  /** Undefined for the run as a whole. */
  readonly consumer: string | undefined;
  readonly problem: 'failed' | 'blocked' | 'overdue';
  /** The name or the ARN of the secret that it is about. */
  readonly secret: string;
  /** Undefined for one that is over. */
  readonly reason: string | undefined;
  /** Where the runbook says what to do. */
  readonly runbook: string;
  readonly since: string;
}

const TITLES = {
  failed: { label: 'HIGH', title: 'InfluxDB token cannot be rotated' },
  blocked: { label: 'MEDIUM', title: 'Rotation of an InfluxDB token waits for a person' },
  overdue: { label: 'MEDIUM', title: 'InfluxDB token is older than its limit' },
} as const;

const TYPE = 'Software and Configuration Checks/AWS Security Best Practices';

export function findingOf(about: Problem, place: Place, now: string): Finding {
  const { deployment, consumer, problem, secret, reason, runbook, since } = about;
  const { partition, region, account } = place;
  const { label, title } = TITLES[problem];
  const whose = consumer ?? 'all consumers';
  const check = `npx influxdb-token-rotation check${consumer === undefined ? '' : ` ${consumer}`}`;
  return {
    SchemaVersion: '2018-10-08',
    Id: `influxdb-token-rotation/${deployment}/${consumer ?? '*'}/${problem}`,
    ProductArn: productArn(place),
    GeneratorId: `influxdb-token-rotation/${problem}`,
    AwsAccountId: account,
    Region: region,
    Types: [TYPE],
    CreatedAt: since,
    UpdatedAt: now,
    Severity: { Label: label },
    Title: oneLine(`${title}: ${whose} (${deployment})`, 256),
    Description: oneLine(reason ?? `It is over, as the run of ${now} found.`, 1024),
    Remediation: { Recommendation: { Text: `To see what mends it, type: ${check}`, Url: runbook } },
    Resources: [{ Type: 'AwsSecretsManagerSecret', Id: arnOf(secret, place), Partition: partition, Region: region }],
    RecordState: reason === undefined ? 'ARCHIVED' : 'ACTIVE',
  };
}

/** Without the six characters that AWS adds, where nobody has read it. */
function arnOf(secret: string, { partition, region, account }: Place): string {
  return secret.startsWith('arn:') ? secret : `arn:${partition}:secretsmanager:${region}:${account}:secret:${secret}`;
}
