import { isArn } from '../../config/secret-name.ts';
import { looksLikeToken, withoutSecrets } from '../../config/token-text.ts';
import { parseObject } from '../../secrets-manager/json-object.ts';
import { plainTokenIn } from '../../secrets-manager/plain-token.ts';
import { parseDocument, type RotationDocument, tokenHash } from './document.ts';

/** What a version of a secret holds. `document/own.ts` says whose its document is. */
export type SecretContent =
  /**
   * Not a JSON object. `token` is what the text holds where that can be a plain token; of broken JSON, for example, `wrong`
   * says why it is none, and completes the sentence "its text …".
   */
  | { readonly kind: 'not-an-object'; readonly token: string | undefined; readonly wrong?: string }
  /** A `rotation` or token key that we may not overwrite. `problem` completes the sentence "the secret has …". */
  | { readonly kind: 'malformed'; readonly problem: string; readonly token: string | undefined }
  /** A JSON object without a `rotation` key. */
  | { readonly kind: 'none'; readonly token: string | undefined }
  /** `ours` as we wrote it; `edited` by hand, with our token still in it; `foreign`: another token, our keys copied. */
  | {
      readonly kind: 'ours' | 'edited' | 'foreign';
      readonly document: RotationDocument;
      readonly token: string | undefined;
    };

/** Reads a secret's text. Never throws, and never repeats what stands in it. */
export function readSecretContent(text: string, versionId: string, tokenKey: string): SecretContent {
  const value = parseObject(text);
  if (value === undefined) {
    // As the rotator's own secret is read.
    const plain = plainTokenIn(text);
    return { kind: 'not-an-object', ...('token' in plain ? plain : { token: undefined, ...plain }) };
  }
  const token = ownString(value, tokenKey);
  if (!Object.hasOwn(value, 'rotation')) {
    if (token !== undefined || !Object.hasOwn(value, tokenKey) || value[tokenKey] === null)
      return { kind: 'none', token };
    const problem = `a key "${tokenKey}" that holds no text: rename it, or name another key as "tokenKey"`;
    return { kind: 'malformed', problem, token };
  }
  const document = parseDocument(value.rotation);
  if ('wrong' in document) {
    if (isOurDocumentAsText(value.rotation)) return { kind: 'malformed', problem: DOCUMENT_AS_TEXT, token };
    const problem = `a key "rotation" that is not a document of ours (wrong or missing: ${document.wrong.join(', ')}): rename it, or remove it to start with a first token`;
    return { kind: 'malformed', problem, token };
  }
  if (document.id === versionId) return { kind: 'ours', document, token };
  // Where the configured key is missing, it may stand under the one that was configured before.
  const texts = token === undefined ? Object.values(value).filter((each) => typeof each === 'string') : [token];
  const edited = texts.some((text) => tokenHash(text) === document.tokenHash);
  return { kind: edited ? 'edited' : 'foreign', document, token };
}

const DOCUMENT_AS_TEXT =
  'our document under the key "rotation" as a text, which an editor made of it: make it a JSON object again, without the quotation marks around it and the backslashes within it (jq ".rotation |= fromjson" does that), or remove the key to start with a first token';

/** An editor of keys and values knows only texts, and puts an object between quotation marks, perhaps more than once. */
function isOurDocumentAsText(value: unknown): boolean {
  let text = value;
  for (let layers = 0; layers < MOST_LAYERS && typeof text === 'string'; layers += 1) text = parsed(text);
  return typeof value === 'string' && !('wrong' in parseDocument(text));
}

const MOST_LAYERS = 4;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What such a key is called, wherever it is in the name. */
const TOKEN_KEY = /token|password|secret|api.?key|credential/i;

/** The keys, other than the configured one, under which a token seems to be. Names only: nothing of the values. */
export function otherTokenKeys(text: string, tokenKey: string): string[] {
  return Object.entries(parseObject(text) ?? {})
    .filter(([key, value]) => key !== tokenKey && typeof value === 'string' && value !== '' && !isArn(value))
    .filter(([key, value]) => TOKEN_KEY.test(key) || looksLikeToken(String(value)))
    .map(([key]) => key);
}

/** The paths of keys inside other keys, such as `influxdb.token`, under which a token seems to be. */
export function nestedTokenKeys(text: string, tokenKey: string): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || path.length > DEEPEST) return;
    for (const [key, inner] of Object.entries(value)) {
      const isToken = (text: string) => key === tokenKey || TOKEN_KEY.test(key) || looksLikeToken(text);
      if (path.length > 0 && typeof inner === 'string' && inner !== '' && !isArn(inner) && isToken(inner))
        found.push(withoutSecrets([...path, key].join('.')));
      look(inner, [...path, key]);
    }
  };
  look(parseObject(text), []);
  return found.slice(0, MOST_NAMED);
}

/** Whoever nests deeper, or has more of them, has seen what is meant. */
const DEEPEST = 8;
const MOST_NAMED = 5;

function ownString(value: Record<string, unknown>, key: string): string | undefined {
  const member = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
}
