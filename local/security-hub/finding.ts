import { isObject, type JsonObject } from '../http/aws-json.ts';

/**
 * What is wrong with a finding, by the rules of the AWS Security Finding Format and of BatchImportFindings; undefined for
 * nothing: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 */
export function problemOf(finding: JsonObject, productArn: string): string | undefined {
  const unknown = Object.keys(finding).find((key) => !MEMBERS.has(key));
  if (unknown !== undefined) return `unknown or not importable member ${unknown}`;
  for (const [name, [least, most]] of Object.entries(TEXTS)) {
    const value = finding[name];
    if (typeof value !== 'string' || !/\S/.test(value)) return `${name} is missing, or no text`;
    if (value.length < least || value.length > most) return `${name} must have from ${least} to ${most} characters`;
  }
  if (finding.SchemaVersion !== '2018-10-08') return 'SchemaVersion must be 2018-10-08';
  if (finding.ProductArn !== productArn) return `ProductArn must be ${productArn}`;
  for (const name of ['CreatedAt', 'UpdatedAt'])
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(String(finding[name]))) return `${name} is no timestamp`;
  if (String(finding.UpdatedAt) < String(finding.CreatedAt)) return 'UpdatedAt is before CreatedAt';
  return problemOfTypes(finding.Types) ?? problemOfSeverity(finding.Severity) ?? problemOfRest(finding);
}

/** Of those that may be imported, what we know of; each with its length. */
const TEXTS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  AwsAccountId: [12, 12],
  CreatedAt: [20, 40],
  Description: [1, 1024],
  GeneratorId: [1, 512],
  Id: [1, 512],
  ProductArn: [12, 2048],
  SchemaVersion: [10, 10],
  Title: [1, 256],
  UpdatedAt: [20, 40],
};

const MEMBERS = new Set([
  ...Object.keys(TEXTS),
  ...['Types', 'Severity', 'Resources', 'RecordState', 'Remediation', 'Region'],
]);

const NAMESPACES = [
  'Software and Configuration Checks',
  'TTPs',
  'Effects',
  'Unusual Behaviors',
  'Sensitive Data Identifications',
];

function problemOfTypes(types: unknown): string | undefined {
  if (!Array.isArray(types) || types.length === 0 || types.length > 50) return 'Types must have from 1 to 50 items';
  const isType = (type: unknown) => {
    const [namespace = '', ...rest] = String(type).split('/');
    return NAMESPACES.includes(namespace) && rest.length <= 2;
  };
  return types.every(isType) ? undefined : 'Types must be namespace/category/classifier';
}

function problemOfSeverity(severity: unknown): string | undefined {
  const label = isObject(severity) ? severity.Label : undefined;
  const isLabel = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].includes(String(label));
  return isLabel ? undefined : 'Severity.Label is missing, or unknown';
}

function problemOfRest({ Resources, RecordState, Remediation }: JsonObject): string | undefined {
  if (!Array.isArray(Resources) || Resources.length === 0 || Resources.length > 32)
    return 'Resources must have from 1 to 32 items';
  for (const resource of Resources)
    if (!isObject(resource) || typeof resource.Type !== 'string' || typeof resource.Id !== 'string')
      return 'a resource needs Type and Id';
    else if (resource.Type === 'AwsSecretsManagerSecret' && !/^arn:[\w-]+:secretsmanager:/.test(resource.Id))
      return 'the Id of a secret must be its ARN';
  if (RecordState !== undefined && RecordState !== 'ACTIVE' && RecordState !== 'ARCHIVED')
    return 'RecordState is unknown';
  const recommendation = isObject(Remediation) ? Remediation.Recommendation : undefined;
  const text = isObject(recommendation) ? recommendation.Text : undefined;
  if (Remediation !== undefined && (typeof text !== 'string' || text.length > 512))
    return 'Remediation.Recommendation.Text must have at most 512 characters';
  const url = isObject(recommendation) ? recommendation.Url : undefined;
  if (url !== undefined && !(typeof url === 'string' && URL.canParse(url)))
    return 'Remediation.Recommendation.Url must be a URL';
  return undefined;
}
