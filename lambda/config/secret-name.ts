/** How people name a secret. One that Secrets Manager refuses would fail the batch of all consumers. */
export const NAME_OR_ARN =
  /^(?:arn:aws[a-z-]*:secretsmanager:[a-z-]+-\d{1,2}:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+|[A-Za-z0-9/_+=.@!-]{1,512})$/;

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

/** The names that it may mean: a partial ARN can end like a whole one. */
export function namesOf(nameOrArn: string): readonly string[] {
  return isArn(nameOrArn) ? [nameOfSecret(nameOrArn), nameOrArn.split(':').slice(6).join(':')] : [nameOrArn];
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

/**
 * The end of a name or ARN that could be taken for the six random characters, and is probably not: a hyphen with any six
 * in a name, and in an ARN with a word, a number, or a word and a number. Of random characters, one in a hundred are.
 */
export function endsLikeWholeArn(nameOrArn: string): string | undefined {
  const [end] = /-[A-Za-z0-9]{6}$/.exec(nameOrArn) ?? [];
  return end !== undefined && (!isArn(nameOrArn) || /^-(?:[a-z]+\d*|[A-Z]+\d*|\d+)$/.test(end)) ? end : undefined;
}

/** True if `partial` is `arn` without its random characters: Secrets Manager takes both for the same secret. */
export function isPartialArnOf(partial: string, arn: string): boolean {
  return arn.slice(0, -'-AbCdEf'.length) === partial && isWholeArn(arn);
}

/**
 * True if both may name one secret, as far as the texts tell. The end of an ARN is ambiguous: six characters after a
 * hyphen are the random ones of a whole ARN, or the end of the name in a partial one.
 */
export function mayBeOneSecret(one: string, other: string): boolean {
  const index = new SecretIndex();
  index.add(one, 0);
  return index.find(other) !== undefined;
}

/** Secrets by all that may name them. */
export class SecretIndex {
  readonly #numbers = new Map<string, number>();

  add(nameOrArn: string, number: number): void {
    for (const key of keysOf(nameOrArn).given) if (!this.#numbers.has(key)) this.#numbers.set(key, number);
  }

  /** The number of an added one that may be the same secret. */
  find(nameOrArn: string): number | undefined {
    return keysOf(nameOrArn)
      .wanted.map((key) => this.#numbers.get(key))
      .find((number) => number !== undefined);
  }
}

/**
 * Under which keys a secret is kept, and looked up. Two whole ARNs are one secret only if they are equal, a whole and a
 * partial one if they are so without the random characters, and a name and an ARN if the ARN may have that name.
 */
function keysOf(nameOrArn: string): { readonly given: readonly string[]; readonly wanted: readonly string[] } {
  if (!isArn(nameOrArn)) return { given: [`name ${nameOrArn}`], wanted: [`name ${nameOrArn}`, `named ${nameOrArn}`] };
  const names = namesOf(nameOrArn);
  const base = isWholeArn(nameOrArn) ? nameOrArn.slice(0, -'-AbCdEf'.length) : nameOrArn;
  return {
    given: [`arn ${nameOrArn}`, `base ${base}`, ...names.map((name) => `named ${name}`)],
    wanted: [`arn ${nameOrArn}`, `arn ${base}`, `base ${nameOrArn}`, ...names.map((name) => `name ${name}`)],
  };
}
