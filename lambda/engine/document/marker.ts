import { hash } from 'node:crypto';

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
}

const PREFIX = 'influxdb-token-rotation';
const PATTERN = new RegExp(
  `^${PREFIX}/([A-Za-z0-9._-]{1,64})/([A-Za-z0-9._-]{1,64})/([0-9a-f]{8})/([0-9a-f-]{36})(?=[\\s;,]|$)`,
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

export function formatMarker({ deployment, consumer, fingerprint }: Identity, rotationId: string): string {
  return [PREFIX, deployment, consumer, fingerprint, rotationId].join('/');
}

/** Undefined for a description that we did not write. */
export function parseMarker(description: string): Marker | undefined {
  const [, deployment, consumer, fingerprint, rotationId] = PATTERN.exec(description) ?? [];
  if (deployment === undefined || consumer === undefined || fingerprint === undefined || rotationId === undefined) {
    return undefined;
  }
  return { deployment, consumer, fingerprint, rotationId };
}

export function isSameIdentity(one: Identity, other: Identity): boolean {
  return (
    one.deployment === other.deployment && one.consumer === other.consumer && one.fingerprint === other.fingerprint
  );
}
