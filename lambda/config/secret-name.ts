/** How people name a secret. One that Secrets Manager refuses would fail the batch of all consumers. */
export const NAME_OR_ARN =
  /^(?:arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+|[A-Za-z0-9/_+=.@!-]{1,512})$/;

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:NAME-AbCdEf`; a partial ARN lacks the last seven characters. */
const ARN =
  /^arn:(?<partition>[^:]+):secretsmanager:(?<region>[^:]+):(?<account>[^:]+):secret:(?<name>.*?)(?<suffix>-[A-Za-z0-9]{6})?$/;

export function isArn(nameOrArn: string): boolean {
  return nameOrArn.startsWith('arn:');
}

/** The name in an ARN, whole or partial; a name is returned as it is. */
export function nameOfSecret(nameOrArn: string): string {
  return ARN.exec(nameOrArn)?.groups?.name ?? nameOrArn;
}

/** Partition, Region and account of an ARN; undefined for a name, which says nothing of them. */
export function homeOf(nameOrArn: string): string | undefined {
  const parts = ARN.exec(nameOrArn)?.groups;
  return parts === undefined ? undefined : `${parts.partition}:${parts.region}:${parts.account}`;
}

/** True if the ARN ends like a whole one: in a hyphen and the six characters that Secrets Manager chose at random. */
export function isWholeArn(nameOrArn: string): boolean {
  return ARN.exec(nameOrArn)?.groups?.suffix !== undefined;
}

/** True if `partial` is `arn` without its random characters: Secrets Manager takes both for the same secret. */
export function isPartialArnOf(partial: string, arn: string): boolean {
  return isWholeArn(arn) && arn.slice(0, -'-AbCdEf'.length) === partial;
}
