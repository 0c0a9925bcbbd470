import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { InfluxdbSettings } from '../../config/configuration.ts';
import { nearest } from '../../config/nearest.ts';
import { CodedError } from '../../log/coded-error.ts';
import type { Mend, WrongRotatorSecret } from '../../log/mend.ts';
import { type PlainToken, plainTokenIn } from '../../secrets-manager/plain-token.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';

/** The run cannot begin: the secret with the rotator's own token does not give one. */
export class RotatorTokenError extends CodedError {
  override readonly name = 'RotatorTokenError';
  override readonly code = 'ROTATOR_TOKEN';
  override readonly mends: readonly Mend[];

  constructor(message: string, mends: readonly Mend[]) {
    super(message);
    this.mends = mends;
  }
}

/**
 * The token that the run authenticates with: the value itself, or a key of its JSON object. It is read as people store
 * it, but only what can be a token is ever sent.
 * @param isAnyThere whether any secret of the configuration was found.
 * @throws {RotatorTokenError}
 */
export function readRotatorToken(
  reading: SecretReading | undefined,
  { tokenSecret, tokenKey }: InfluxdbSettings,
  isAnyThere = true,
): string {
  const refuse = (wrong: WrongRotatorSecret, problem: string, mends: readonly Mend[] = []): never => {
    const message = `secret ${tokenSecret}, which holds the rotator's own token, ${problem}`;
    throw new RotatorTokenError(
      message,
      mends.length > 0 ? mends : [{ kind: 'rotator-secret', secret: tokenSecret, wrong }],
    );
  };
  switch (reading?.kind) {
    case undefined:
    case 'not-found':
      return refuse(
        isAnyThere ? 'absent' : 'elsewhere',
        `does not exist or has no value${reading?.where === undefined ? '' : ` (${reading.where})`}: create an authorization for the rotator, and store its token there; if it is elsewhere, correct the Region, or sign in to its account`,
      );
    case 'deleted':
      return refuse('deleted', 'is scheduled for deletion: restore it, or name another one as influxdb.tokenSecret');
    case 'binary':
      return refuse('binary', 'holds binary data: store the token as a SecretString');
    case 'unreadable':
      return refuse(
        'unreadable',
        `cannot be read (${reading.detail}): ${reading.remedy ?? 'allow secretsmanager:GetSecretValue on it'}`,
        reading.mends,
      );
    case 'value': {
      const found = tokenIn(reading.text, tokenKey);
      if ('token' in found) return found.token;
      const { wrong, near, isOfOthers } = { near: undefined, isOfOthers: false, ...found };
      const about = { kind: 'rotator-secret', secret: tokenSecret, wrong: 'text' } as const;
      return refuse(isOfOthers ? 'others' : 'text', wrong, near === undefined ? [] : [{ ...about, near }]);
    }
  }
}

/** `near` is a key that is almost the wanted one. What is of others holds something else, such as a password. */
type Found = PlainToken | { readonly wrong: string; readonly near: string | undefined; readonly isOfOthers: boolean };

/** JSON with comments and commas at its end can mean only one thing. `wrong` completes "the secret …". */
function tokenIn(text: string, tokenKey: string): Found {
  const root = treeOf(text.replace(/^\s+/, ''));
  switch (root?.type) {
    case 'object':
      return tokenUnder(tokenKey, root);
    case 'string':
      // People quote, and so do programs: a whole object may stand in the text.
      return tokenIn(String(root.value), tokenKey);
    default: {
      const found = plainTokenIn(text);
      if ('token' in found) return found;
      const store = `store the token alone, or a JSON object with the key "${tokenKey}"`;
      return { wrong: `holds no token, because its text ${found.wrong}: ${store}` };
    }
  }
}

function tokenUnder(tokenKey: string, { children = [] }: Node): Found {
  const members = children.map(({ children: [key, value] = [] }) => ({ key: String(key?.value), value }));
  const [member, twin] = members.filter(({ key }) => key === tokenKey);
  if (twin !== undefined) return { wrong: `has the key "${tokenKey}" twice: keep the one with the token that works` };
  if (member === undefined) {
    // No key is shown that is not almost the wanted one: it could be the token itself.
    const near = nearest(
      tokenKey,
      members.map(({ key }) => key),
    );
    const hint = near === undefined ? '' : ` (it has the key "${near}")`;
    return { wrong: `has no token under the key "${tokenKey}"${hint}: ${STORE}`, near, isOfOthers: members.length > 0 };
  }
  if (member.value?.type !== 'string') return { wrong: `has no text under the key "${tokenKey}": ${STORE}` };
  const found = plainTokenIn(String(member.value.value));
  if ('token' in found) return found;
  return { wrong: `has no token under the key "${tokenKey}", because its text ${found.wrong}: ${STORE}` };
}

const STORE = 'store it there, or name its key as influxdb.tokenKey';

/** Undefined for what is not JSON, but for its comments and commas. */
function treeOf(text: string): Node | undefined {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { allowTrailingComma: true });
    return errors.length === 0 ? root : undefined;
  } catch {
    // Nested so deeply that the parser gives up.
    return undefined;
  }
}
