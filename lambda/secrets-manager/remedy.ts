import type { Mend } from '../log/mend.ts';

/** A refusal of Secrets Manager. `message` is redacted. */
export interface Refusal {
  readonly operation: string;
  readonly exception: string;
  readonly message: string;
  /** Which secret it is about; undefined for a batch. */
  readonly secret: string | undefined;
}

const READS: ReadonlySet<string> = new Set(['GetSecretValue', 'BatchGetSecretValue']);

/** What to do, as a sentence has it, and for programs. */
export interface Remedy {
  readonly text: string;
  readonly mend: Mend;
}

/** What to allow, where a right is missing; undefined for a refusal that is about something else. */
export function remedyFor(refusal: Refusal): Remedy | undefined {
  const { exception, message } = refusal;
  if (/^(Decryption|Encryption)Failure$|^KMS/.test(exception) || /\bKMS\b|\bkms:/.test(message))
    return remedyForKey(refusal);
  if (!/^(AccessDenied(Exception)?|UnauthorizedOperation|NotAuthorized)$/.test(exception)) return undefined;
  const [, action, resource] =
    /not authorized to perform: (\S+?)(?: on resource: (\S+))?(?=[\s,;.]|$)/.exec(message) ?? [];
  const wanted = action ?? `secretsmanager:${refusal.operation}`;
  const on = resource ?? refusal.secret ?? '*';
  const [, denying] = /explicit deny in (?:an? )?([\w -]+? policy|permissions boundary)/.exec(message) ?? [];
  const policy = denying ?? policyIn(message);
  return {
    text:
      denying === undefined
        ? `allow ${wanted} on ${on} in ${OF_ROLE.has(policy) ? 'the policy of the role' : `a ${policy}`}`
        : `take the explicit deny of ${wanted} on ${on} out of the ${denying}`,
    mend: { kind: 'allow', actions: [wanted], resource: on, policy, isDenied: denying !== undefined },
  };
}

const OF_ROLE: ReadonlySet<string> = new Set(['identity-based policy']);

/** AWS says which kind of policy does not allow it. */
function policyIn(message: string): string {
  return /because no ([\w -]+? policy|permissions boundary) allows/.exec(message)?.[1] ?? 'identity-based policy';
}

/** Whoever writes a value reads its key as well. */
function remedyForKey({ operation, message, secret }: Refusal): Remedy {
  const actions = READS.has(operation) ? ['kms:Decrypt'] : ['kms:GenerateDataKey', 'kms:Decrypt'];
  const named = keyNamedIn(message);
  const query =
    secret === undefined ? '' : ` (aws secretsmanager describe-secret --secret-id ${secret} --query KmsKeyId)`;
  const key = named ?? `the key that encrypts ${secret ?? 'the secret'}${query}`;
  return {
    text: `allow ${actions.join(' and ')} on ${key} in the policy of the role and in the key's own, and make sure that the key is enabled`,
    mend: { kind: 'allow', actions, resource: named ?? '*', policy: 'identity-based policy', isDenied: false },
  };
}

/** The ARN of the key that a refusal is about, where it says so. */
export function keyNamedIn(message: string): string | undefined {
  return /arn:aws[\w-]*:kms:[\w-]+:\d{12}:(?:key|alias)\/[\w/-]+/.exec(message)?.[0];
}
