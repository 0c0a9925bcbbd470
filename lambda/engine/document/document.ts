import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { ID } from '../../influxdb/authorization.ts';
import type { SecretVersion } from '../../secrets-manager/secret.ts';
import type { Identity } from './marker.ts';

/** An older token that is not yet known to be deleted. */
export interface LedgerEntry {
  readonly authorizationId: string;
  readonly userId: string;
  /** Undefined in documents of before it was noted: then no list proves that the row is gone. */
  readonly orgId: string | undefined;
  /** When the put that superseded it was sent, in milliseconds since the epoch. */
  readonly since: number;
  /** Leaked: to be deleted at once, without grace. */
  readonly compromised: boolean;
  /** Of its token, where it was known: another secret that holds the same token protects it. */
  readonly tokenHash: string | undefined;
  /** Made by somebody else and named in the configuration: it has no marker of ours. */
  readonly adopted: boolean;
}

/** What we keep beside the token, under the key `rotation`. */
export interface RotationDocument {
  /** Also the version's id, unless somebody edited the secret by hand. */
  readonly id: string;
  readonly identity: Identity;
  readonly authorizationId: string;
  readonly orgId: string;
  readonly userId: string;
  readonly tokenHash: string;
  readonly permissionsHash: string;
  readonly mintedAt: number;
  readonly superseded: readonly LedgerEntry[];
}

/** Whose value a secret's version holds. */
export type SecretContent =
  /** Not a JSON object. `token` is the text itself where it can be a plain token, and is not broken JSON, say. */
  | { readonly kind: 'not-an-object'; readonly token: string | undefined }
  /** A `rotation` or token key that is not ours to overwrite: `problem` goes after "the secret has". */
  | { readonly kind: 'malformed'; readonly problem: string; readonly token: string | undefined }
  | { readonly kind: 'none'; readonly token: string | undefined }
  /** `ours` as we wrote it; `edited` by hand, our token still in it; `foreign`: another token, our keys copied. */
  | { readonly kind: 'ours' | 'edited'; readonly document: RotationDocument; readonly token: string | undefined }
  | { readonly kind: 'foreign'; readonly document: RotationDocument; readonly token: string | undefined };

/** The content of a secret that holds a token of ours. */
export type OwnedContent = Extract<SecretContent, { kind: 'ours' | 'edited' }>;

/** Not before 1970: the years before 0 could be written, but not be read again. */
const Time = z.pipe(
  z.iso.datetime({ offset: true }).check(z.refine((text) => Date.parse(text) >= 0)),
  z.transform((text) => Date.parse(text)),
);

/** The lists of all consumers' owners are one request each: InfluxDB would refuse it for anything but an id. */
const OwnerId = z.string().check(z.regex(ID));

/** InfluxDB answers in lower case, and takes either. */
const AuthorizationId = z.pipe(
  z.string(),
  z.transform((id) => id.toLowerCase()),
);

const WireEntry = z.object({
  authorizationId: AuthorizationId,
  userId: OwnerId,
  orgId: z.optional(z.string()),
  since: Time,
  compromised: z._default(z.boolean(), false),
  adopted: z._default(z.boolean(), false),
  tokenHash: z.optional(z.string()),
});

const WireDocument = z.object({
  id: z.string(),
  deployment: z.string(),
  consumer: z.string(),
  secret: z.string(),
  authorizationId: AuthorizationId,
  orgId: z.string(),
  userId: OwnerId,
  tokenHash: z.string(),
  permissionsHash: z.string(),
  mintedAt: Time,
  superseded: z.array(WireEntry),
});

/** One word that does not begin like JSON. */
const PLAIN_TOKEN = /^\s*([^\s{["]\S*)\s*$/;

export function tokenHash(token: string): string {
  return `sha256:${hash('sha256', token, 'hex')}`;
}

/** Reads a secret's text. Never throws, and never repeats what stands in it. */
export function readSecretContent(text: string, versionId: string, tokenKey: string): SecretContent {
  const value = parseObject(text);
  if (value === undefined) return { kind: 'not-an-object', token: PLAIN_TOKEN.exec(text)?.[1] };
  const token = ownString(value, tokenKey);
  if (!Object.hasOwn(value, 'rotation')) {
    if (token !== undefined || !Object.hasOwn(value, tokenKey) || value[tokenKey] === null)
      return { kind: 'none', token };
    const problem = `a key "${tokenKey}" that holds no text: rename it, or name another key as "tokenKey"`;
    return { kind: 'malformed', problem, token };
  }
  const parsed = WireDocument.safeParse(value.rotation);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map(({ path }) => ['rotation', ...path].join('.')));
    const problem = `a key "rotation" that is not a document of ours (wrong or missing: ${[...wrong].join(', ')}): rename it, or remove it to start with a first token`;
    return { kind: 'malformed', problem, token };
  }
  const { deployment, consumer, secret: fingerprint, superseded, ...rest } = parsed.data;
  const document: RotationDocument = {
    ...rest,
    identity: { deployment, consumer, fingerprint },
    superseded: superseded.map((entry) => ({ tokenHash: undefined, orgId: undefined, ...entry })),
  };
  if (document.id === versionId) return { kind: 'ours', document, token };
  const edited = token !== undefined && tokenHash(token) === document.tokenHash;
  return { kind: edited ? 'edited' : 'foreign', document, token };
}

/** The authorization whose token a version holds, where the version says so. */
export function holderIn(version: SecretVersion | undefined, tokenKey: string): string | undefined {
  if (version === undefined) return undefined;
  const content = readSecretContent(version.text, version.versionId, tokenKey);
  return content.kind === 'ours' || content.kind === 'edited' ? content.document.authorizationId : undefined;
}

/** The document as it stands in the secret. */
export function toWire({ identity, mintedAt, superseded, ...document }: RotationDocument): unknown {
  const { deployment, consumer, fingerprint } = identity;
  const { id, ...rest } = document;
  return {
    id,
    deployment,
    consumer,
    secret: fingerprint,
    ...rest,
    mintedAt: new Date(mintedAt).toISOString(),
    superseded: superseded.map(
      ({ authorizationId, userId, orgId, since, compromised, adopted, tokenHash: hashed }) => ({
        authorizationId,
        userId,
        ...(orgId === undefined ? {} : { orgId }),
        since: new Date(since).toISOString(),
        ...(hashed === undefined ? {} : { tokenHash: hashed }),
        ...(compromised ? { compromised } : {}),
        ...(adopted ? { adopted } : {}),
      }),
    ),
  };
}

/** The object that `text` holds; undefined for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function ownString(value: Record<string, unknown>, key: string): string | undefined {
  const member = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
}
