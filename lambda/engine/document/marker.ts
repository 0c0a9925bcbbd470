import { hash } from 'node:crypto';
import type { Permission } from '../../config/permission.ts';
import { permissionsHash } from '../../influxdb/permissions.ts';

/** Who an authorization or a document belongs to. */
export interface Identity {
  readonly deployment: string;
  readonly consumer: string;
  /** Of the secret's ARN: tells apart two stacks with the same names, and a secret from the one it replaced. */
  readonly fingerprint: string;
}

/** What the description of an authorization that we made says. */
export interface Marker extends Identity {
  /** The id of the rotation that minted it; also the id of the secret version that first held its token. */
  readonly rotationId: string;
  /** Of the token, by `markerHash`: tells whose value it is on servers that hash tokens, too. Only of one we made. */
  readonly tokenHash: string | undefined;
  /** Somebody else made it, and the configuration had it taken over: its rotation stored no version. */
  readonly adopted: boolean;
  /** The secret did not take its value, so it never worked: it is the note of that. */
  readonly putRefused: boolean;
  /** InfluxDB made it, and then refused what it was granted, so nobody was given it: it is the note of that. */
  readonly verifyRefused?: true;
  /** InfluxDB made it with other permissions than these, by `askedHash`, so nobody was given it: it is the note of that. */
  readonly mintDiffers?: string;
  /** Somebody said that it leaked: it is replaced, and deleted (docs/protocol.md, H17). */
  readonly compromised: boolean;
  /** Somebody asked for its end, since no configured secret can hold it: it is deleted once it was held. */
  readonly ended: boolean;
}

const PREFIX = 'influxdb-token-rotation';
const NOTE =
  '(?:sha256=[0-9a-f]{32}|adopted|put-refused|verify-refused|mint-differs=[0-9a-f]{32}|compromised=[^\\s;,]+|ended=[^\\s;,]+)';
const PATTERN = new RegExp(
  `^${PREFIX}/([A-Za-z0-9._-]{1,64})/([A-Za-z0-9._-]{1,64})/([0-9a-f]{8})/([0-9a-f-]{36})((?: ${NOTE})*)(?=[\\s;,]|$)`,
);

export function fingerprintOf(secretArn: string): string {
  return hash('sha256', secretArn, 'hex').slice(0, 8);
}

/** Who a consumer is: its names, and the very secret that holds its token. */
export function identityOf(deployment: string, consumer: string, secretArn: string): Identity {
  return { deployment, consumer, fingerprint: fingerprintOf(secretArn) };
}

/** For people, as the end of "… is that of …". */
export function describeIdentity({ deployment, consumer, fingerprint }: Identity): string {
  return `deployment ${deployment}, consumer ${consumer}, secret ${fingerprint}`;
}

/** The first half of the token's SHA-256, in hexadecimal. The tokens we make are too random to be guessed from it. */
export function markerHash(token: string): string {
  return hash('sha256', token, 'hex').slice(0, HALF);
}

/** The same, of the `tokenHash` of the token. */
export function inMarker(tokenHash: string): string {
  return tokenHash.slice('sha256:'.length).slice(0, HALF);
}

const HALF = 32;

/** Tells what was asked for from what is asked for now. */
export function askedHash(permissions: readonly Permission[]): string {
  return hash('sha256', permissionsHash(permissions), 'hex').slice(0, 32);
}

type Notes = Partial<Pick<Marker, 'tokenHash' | 'adopted' | 'putRefused' | 'verifyRefused' | 'mintDiffers'>>;

export function formatMarker(
  { deployment, consumer, fingerprint }: Identity,
  rotationId: string,
  { tokenHash, adopted = false, putRefused = false, verifyRefused, mintDiffers }: Notes = {},
): string {
  const marker = [PREFIX, deployment, consumer, fingerprint, rotationId].join('/');
  const notes = [
    tokenHash === undefined ? [] : `sha256=${tokenHash}`,
    adopted ? 'adopted' : [],
    putRefused ? 'put-refused' : [],
    verifyRefused ? 'verify-refused' : [],
    mintDiffers === undefined ? [] : `mint-differs=${mintDiffers}`,
  ];
  return [marker, ...notes.flat()].join(' ');
}

/** Undefined for a description that we did not write. */
export function parseMarker(description: string): Marker | undefined {
  const [, deployment, consumer, fingerprint, rotationId, text = ''] = PATTERN.exec(description) ?? [];
  if (deployment === undefined || consumer === undefined || fingerprint === undefined || rotationId === undefined) {
    return undefined;
  }
  const notes = new Map(text.split(' ').map(nameAndValue));
  return {
    ...{ deployment, consumer, fingerprint, rotationId, tokenHash: notes.get('sha256') },
    adopted: notes.has('adopted'),
    putRefused: notes.has('put-refused'),
    ...(notes.has('verify-refused') && { verifyRefused: true }),
    ...(notes.has('mint-differs') && { mintDiffers: notes.get('mint-differs') ?? '' }),
    compromised: notes.has('compromised'),
    ended: notes.has('ended'),
  };
}

function nameAndValue(note: string): [string, string | undefined] {
  const [name = '', value] = note.split('=');
  return [name, value];
}

/** The description with one more note at the end of its marker. What people wrote behind it stays. */
export function withNote(description: string, note: 'compromised' | 'ended', at: number): string {
  const [marker = ''] = PATTERN.exec(description) ?? [];
  const text = `${marker} ${note}=${new Date(at).toISOString()}`;
  return `${text}${description.slice(marker.length)}`;
}

export function isSameIdentity(one: Identity, other: Identity): boolean {
  return (
    one.deployment === other.deployment && one.consumer === other.consumer && one.fingerprint === other.fingerprint
  );
}
