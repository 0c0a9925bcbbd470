import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { ID } from '../../influxdb/authorization.ts';
import type { Identity } from './marker.ts';

/** An older token that is not yet known to be deleted. */
export interface LedgerEntry {
  readonly authorizationId: string;
  readonly userId: string;
  /** Undefined in documents from before it was recorded; no list then proves that the row is gone. */
  readonly orgId: string | undefined;
  /** When the put that superseded it was sent, in milliseconds since the epoch. */
  readonly since: number;
  /** Leaked: to be deleted at once, without grace. */
  readonly compromised: boolean;
  /** The hash of its token, if that was known: another secret that holds the same token protects it. */
  readonly tokenHash: string | undefined;
}

/** A rotation that gave the token other permissions or another owner than the token before had. */
export interface GrantChange {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Short hashes of permissions and owner, before and after. */
  readonly from: string;
  readonly to: string;
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
  /** When its token was copied forward, lately. Something that happens again and again shows by it. */
  readonly copiedAt: readonly number[];
  /** How the configuration changed the permissions or the owner lately. Two that undo each other show by it. */
  readonly changes: readonly GrantChange[];
  /** The version that it was made to replace, where Secrets Manager rotates: it may be promoted a day later. */
  readonly replaces?: string | undefined;
}

/** The years before 0 and after 9999 could be written, but not be read again. */
const LATEST = Date.parse('9999-01-01T00:00:00Z');

const Time = z.pipe(
  z.iso.datetime({ offset: true }).check(z.refine((text) => Date.parse(text) >= 0 && Date.parse(text) < LATEST)),
  z.transform((text) => Date.parse(text)),
);

/** Of a user or an org: InfluxDB would refuse a request with anything else. */
const Id = z.string().check(z.regex(ID));

/** InfluxDB answers in lower case, and takes either. */
const AuthorizationId = z.pipe(
  z.string(),
  z.transform((id) => id.toLowerCase()),
);

const WireEntry = z.object({
  authorizationId: AuthorizationId,
  userId: Id,
  orgId: z.optional(Id),
  since: Time,
  compromised: z._default(z.boolean(), false),
  tokenHash: z.optional(z.string()),
});

const WireDocument = z.object({
  id: z.string(),
  deployment: z.string(),
  consumer: z.string(),
  secret: z.string(),
  authorizationId: AuthorizationId,
  orgId: Id,
  userId: Id,
  tokenHash: z.string(),
  permissionsHash: z.string(),
  mintedAt: Time,
  superseded: z.array(WireEntry),
  copiedAt: z._default(z.array(Time), []),
  changes: z._default(z.array(z.object({ at: Time, from: z.string(), to: z.string() })), []),
  replaces: z.optional(z.string()),
});

/** `sha256:…` of a token: recognises it without holding it. */
export function tokenHash(token: string): string {
  return `sha256:${hash('sha256', token, 'hex')}`;
}

/** The document that stands under the key `rotation`, or the paths at which it is not one of ours. */
export function parseDocument(value: unknown): RotationDocument | { readonly wrong: readonly string[] } {
  const parsed = WireDocument.safeParse(value);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => ['rotation', ...path].join('.'));
    return { wrong: [...new Set(paths)] };
  }
  const { deployment, consumer, secret: fingerprint, superseded, ...rest } = parsed.data;
  return {
    ...rest,
    identity: { deployment, consumer, fingerprint },
    superseded: superseded.map((entry) => ({ tokenHash: undefined, orgId: undefined, ...entry })),
  };
}

/** The document as it stands in the secret. */
export function toWire({ identity, ...document }: RotationDocument): z.input<typeof WireDocument> {
  return {
    id: document.id,
    deployment: identity.deployment,
    consumer: identity.consumer,
    secret: identity.fingerprint,
    authorizationId: document.authorizationId,
    orgId: document.orgId,
    userId: document.userId,
    tokenHash: document.tokenHash,
    permissionsHash: document.permissionsHash,
    mintedAt: new Date(document.mintedAt).toISOString(),
    ...(document.copiedAt.length > 0 && { copiedAt: document.copiedAt.map((time) => new Date(time).toISOString()) }),
    ...(document.changes.length > 0 && {
      changes: document.changes.map(({ at, from, to }) => ({ at: new Date(at).toISOString(), from, to })),
    }),
    ...(document.replaces !== undefined && { replaces: document.replaces }),
    superseded: document.superseded.map(entryToWire),
  };
}

/** Leaves out what is not known, and flags that are not set. */
function entryToWire(entry: LedgerEntry): z.input<typeof WireEntry> {
  return {
    authorizationId: entry.authorizationId,
    userId: entry.userId,
    ...(entry.orgId !== undefined && { orgId: entry.orgId }),
    since: new Date(entry.since).toISOString(),
    ...(entry.tokenHash !== undefined && { tokenHash: entry.tokenHash }),
    ...(entry.compromised && { compromised: true }),
  };
}
