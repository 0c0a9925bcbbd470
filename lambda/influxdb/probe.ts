import { CallError } from '../calls/call-error.ts';
import type { Permission } from '../config/permission.ts';
import type { Authorization } from './authorization.ts';
import { InfluxdbError } from './errors.ts';
import { describePermission } from './permissions.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** What a try of the token showed: it works, it is refused, or nothing (the server was busy or gave no answer). */
export type Proof =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly detail: string; readonly error: InfluxdbError }
  | { readonly kind: 'unproven'; readonly detail: string };

type Probe = Pick<HttpRequest, 'method' | 'path' | 'operation'> & {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly right: string;
};

/**
 * The calls that show a token's rights without changing anything: an empty write to each bucket it may write, a read of
 * each bucket it may read and, if it names no bucket by id, a read of its own authorization. Other reads prove nothing,
 * because InfluxDB answers 200 even to tokens without rights.
 */
function probesOf({ id, orgId, permissions }: Pick<Authorization, 'id' | 'orgId' | 'permissions'>): Probe[] {
  const probes = permissions.flatMap((permission) => bucketProbe(permission, orgId));
  if (probes.length > 0) return probes;
  const path = `/api/v2/authorizations/${encodeURIComponent(id)}`;
  return [{ method: 'GET', path, operation: 'GET /api/v2/authorizations/{id}', right: 'itself' }];
}

function bucketProbe(permission: Permission, orgId: string): Probe[] {
  const { action, resource } = permission;
  if (resource.type !== 'buckets' || resource.id === undefined) return [];
  const right = describePermission(permission);
  if (action === 'read') {
    return [
      {
        method: 'GET',
        path: `/api/v2/buckets/${encodeURIComponent(resource.id)}`,
        operation: 'GET /api/v2/buckets/{id}',
        right,
      },
    ];
  }
  const query = { org: resource.orgID ?? orgId, bucket: resource.id, precision: 's' };
  return [{ method: 'POST', path: '/api/v2/write', query, body: '', operation: 'POST /api/v2/write', right }];
}

/** Tries the token with all of its probes, and stops at the first that does not work. */
export async function proveToken(
  transport: Transport,
  token: string,
  authorization: Pick<Authorization, 'id' | 'orgId' | 'permissions'>,
): Promise<Proof> {
  for (const probe of probesOf(authorization)) {
    const proof = await tryProbe(transport, token, probe);
    if (proof.kind !== 'works') return proof;
  }
  return { kind: 'works' };
}

/**
 * Tries the token with its first probe, to prove that it has ended. Only 401 `unauthorized access` proves that.
 * @returns why there is no proof; undefined if there is.
 */
export async function doubtThatEnded(
  transport: Transport,
  token: string,
  authorization: Pick<Authorization, 'id' | 'orgId' | 'permissions'>,
): Promise<string | undefined> {
  const [probe] = probesOf(authorization);
  if (probe === undefined) return 'there is nothing to try it on';
  const proof = await tryProbe(transport, token, probe);
  if (proof.kind === 'works') return 'InfluxDB still accepts it';
  if (proof.kind === 'unproven') return proof.detail;
  return proof.error.status === 401 && proof.error.reason === 'unauthorized access' ? undefined : proof.detail;
}

async function tryProbe(transport: Transport, token: string, { right, ...request }: Probe): Promise<Proof> {
  try {
    await transport.send({ ...request, token, retry: 'read' });
    return { kind: 'works' };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (!(error instanceof InfluxdbError) || error.kind !== 'refused')
      return { kind: 'unproven', detail: error.message };
    // A token without read:authorizations may not even read itself, but only a valid one is told which right it lacks.
    if (right === 'itself' && error.isMissingRight) return { kind: 'works' };
    return { kind: 'refused', detail: `${right}: ${error.message}`, error };
  }
}
