/** A refusal of Secrets Manager. `message` is redacted. */
export interface Refusal {
  readonly operation: string;
  readonly exception: string;
  readonly message: string;
  /** Which secret it is about; undefined for a batch. */
  readonly secret: string | undefined;
}

const READS: ReadonlySet<string> = new Set(['GetSecretValue', 'BatchGetSecretValue']);

/** What to allow, where a right is missing; undefined for a refusal that is about something else. */
export function remedyFor(refusal: Refusal): string | undefined {
  const { exception, message } = refusal;
  if (/^(Decryption|Encryption)Failure$|^KMS/.test(exception) || /\bKMS\b|\bkms:/.test(message))
    return remedyForKey(refusal);
  if (!/^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/.test(exception)) return undefined;
  const [, action, resource] =
    /not authorized to perform: (\S+?)(?: on resource: (\S+))?(?=[\s,;.]|$)/.exec(message) ?? [];
  const wanted = action ?? `secretsmanager:${refusal.operation}`;
  const on = resource ?? refusal.secret ?? '*';
  const [, denying] = /explicit deny in (?:an? )?([\w -]+? policy|permissions boundary)/.exec(message) ?? [];
  if (denying !== undefined) return `take the explicit deny of ${wanted} on ${on} out of the ${denying}`;
  return `allow ${wanted} on ${on} in ${policyIn(message)}`;
}

/** AWS says which kind of policy does not allow it. */
function policyIn(message: string): string {
  const [, lacking] = /because no ([\w -]+? policy|permissions boundary) allows/.exec(message) ?? [];
  return lacking === undefined || lacking === 'identity-based policy' ? 'the policy of the role' : `a ${lacking}`;
}

/** Whoever writes a value reads its key as well. */
function remedyForKey({ operation, message, secret }: Refusal): string {
  const actions = READS.has(operation) ? 'kms:Decrypt' : 'kms:GenerateDataKey and kms:Decrypt';
  const [named] = /arn:aws[\w-]*:kms:[\w-]+:\d{12}:(?:key|alias)\/[\w/-]+/.exec(message) ?? [];
  const query =
    secret === undefined ? '' : ` (aws secretsmanager describe-secret --secret-id ${secret} --query KmsKeyId)`;
  const key = named ?? `the key that encrypts ${secret ?? 'the secret'}${query}`;
  return `allow ${actions} on ${key} in the policy of the role and in the key's own, and make sure that the key is enabled`;
}
