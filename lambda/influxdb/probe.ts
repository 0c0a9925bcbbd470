import { CallError } from '../calls/call-error.ts';
import type { Permission } from '../config/permission.ts';
import { notUnderstood } from './answer.ts';
import type { Authorization } from './authorization.ts';
import { InfluxdbError } from './errors.ts';
import { IdAnswer } from './named.ts';
import { describePermission } from './permissions.ts';
import { read, write } from './request.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** What a try of the token showed: it works, it is refused, or nothing (the server was busy or gave no answer). */
export type Proof =
  /** Of `granted` permissions, `proven` were tried, and worked. The others cannot be tried without an effect. */
  | { readonly kind: 'works'; readonly proven: number; readonly granted: number }
  | { readonly kind: 'refused'; readonly detail: string; readonly error: InfluxdbError }
  | { readonly kind: 'unproven'; readonly detail: string };

/** A token that is refused is tried again for so long, and so often: InfluxDB Cloud spreads changes slowly. */
export const SPREAD_MS = 60_000;
export const SPREAD_STEP_MS = 5_000;

/** What a token may do, and whose it is. */
export type Probed = Pick<Authorization, 'id' | 'orgId' | 'userId' | 'permissions'>;

interface Probe {
  readonly request: Omit<HttpRequest, 'token' | 'retry'>;
  /** The permission that it tries, in InfluxDB's notation; undefined if it only shows that the token is valid. */
  readonly right: string | undefined;
}

/**
 * The calls that show a token's rights without changing anything: an empty write to each bucket it may write, a read of
 * each bucket, org and user it may read, and of its own authorization. Lists prove nothing, because InfluxDB answers
 * 200 even to tokens without rights, and rights to write other things cannot be tried without writing.
 */
function probesOf(probed: Probed): [Probe, ...Probe[]] {
  const byRight = new Map<string, Probe>();
  for (const permission of probed.permissions) {
    const request = requestFor(permission, probed);
    const right = describePermission(permission);
    if (request !== undefined) byRight.set(right, { request, right });
  }
  const [first, ...rest] = byRight.values();
  if (first !== undefined) return [first, ...rest];
  return [{ request: read('/api/v2/authorizations/{id}', probed.id), right: undefined }];
}

function requestFor({ action, resource }: Permission, probed: Probed): Probe['request'] | undefined {
  const { type, id, orgID } = resource;
  if (type === 'buckets') {
    if (id === undefined) return undefined;
    if (action === 'read') return read('/api/v2/buckets/{id}', id);
    const query = { org: orgID ?? probed.orgId, bucket: id, precision: 's' };
    return { ...write('POST', '/api/v2/write'), query, body: '' };
  }
  // A right on the orgs or users of an org never applies, because InfluxDB's belong to none.
  const applies = action === 'read' && (id !== undefined || orgID === undefined || type === 'authorizations');
  if (!applies) return undefined;
  if (type === 'orgs') return read('/api/v2/orgs/{id}', id ?? probed.orgId);
  if (type === 'users') return read('/api/v2/users/{id}', id ?? probed.userId);
  return type === 'authorizations' && readsItself(resource, probed)
    ? read('/api/v2/authorizations/{id}', probed.id)
    : undefined;
}

/** An authorization is shown to those who may read it and its owner. */
function readsItself({ id, orgID }: Permission['resource'], { permissions, ...own }: Probed): boolean {
  const covers = id === undefined ? orgID === undefined || orgID === own.orgId : id === own.id;
  return covers && permissions.some(readsUser(own.userId));
}

function readsUser(userId: string): (permission: Permission) => boolean {
  return ({ action, resource: { type, id, orgID } }) =>
    action === 'read' && type === 'users' && (id === undefined ? orgID === undefined : id === userId);
}

/**
 * Tries the token with all of its probes, and stops at the first that does not work.
 * @param onAnswer is told of each try: the right, and InfluxDB's answer.
 */
export async function proveToken(
  transport: Transport,
  token: string,
  probed: Probed,
  onAnswer: (right: string, answer: string) => void = () => {},
): Promise<Proof> {
  const probes = probesOf(probed);
  for (const probe of probes) {
    const proof = await tryProbe(transport, token, probe);
    onAnswer(probe.right ?? 'itself', proof.kind === 'works' ? String(proof.status) : proof.detail);
    if (proof.kind !== 'works') return proof;
  }
  const granted = new Set(probed.permissions.map(describePermission)).size;
  return { kind: 'works', proven: probes.filter(({ right }) => right !== undefined).length, granted };
}

/**
 * Tries the token with its first probe, to prove that it has ended. Only 401 `unauthorized access` proves that.
 * @returns the status of that answer, or why there is no proof.
 */
export async function proveEnded(
  transport: Transport,
  token: string,
  probed: Probed,
): Promise<{ readonly status: number } | { readonly doubt: string }> {
  const proof = await tryProbe(transport, token, probesOf(probed)[0]);
  if (proof.kind === 'works') return { doubt: 'InfluxDB still accepts it' };
  if (proof.kind === 'unproven') return { doubt: proof.detail };
  const { status, reason } = proof.error;
  return status === 401 && reason === 'unauthorized access' ? { status } : { doubt: proof.detail };
}

/** Somebody else may answer with success, too: a write says nothing, and what is read must be what was asked for. */
function isAnswerTo({ method, path }: Probe['request'], answer: unknown): boolean {
  if (method !== 'GET') return answer === undefined;
  const read = IdAnswer.safeParse(answer);
  return read.success && path.toLowerCase().endsWith(`/${read.data.id}`);
}

const CORRECT_BUCKET = 'correct its id in the configuration (influx bucket list), or give its name instead';

type Tried = { readonly kind: 'works'; readonly status: number } | Exclude<Proof, { readonly kind: 'works' }>;

async function tryProbe(transport: Transport, token: string, { right, request }: Probe): Promise<Tried> {
  try {
    const answer = await transport.send({ ...request, token, retry: 'read' });
    return isAnswerTo(request, answer)
      ? { kind: 'works', status: request.method === 'GET' ? 200 : 204 }
      : {
          kind: 'unproven',
          detail: notUnderstood({ ...request, url: transport.url }, request.method === 'GET' ? 'id' : '').message,
        };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // Only InfluxDB's own words can refuse a token: a proxy that does says nothing about it.
    if (!(error instanceof InfluxdbError) || error.kind !== 'refused' || error.wireCode === undefined)
      return { kind: 'unproven', detail: error.message };
    // For these InfluxDB looks at the rights first, so they were enough, though what they name was deleted.
    if (/\/(orgs|users)\/\{id\}$/.test(request.operation) && error.absent !== undefined) return accepted(error);
    // A token without read:authorizations may not even read itself, but only a valid one is told which right it lacks.
    if (right === undefined && error.isMissingRight) return accepted(error);
    const bucket = error.absent === 'bucket' ? /buckets\/([0-9a-f]{16})$/.exec(right ?? '')?.[1] : undefined;
    const why = bucket === undefined ? '' : `: bucket ${bucket} does not exist; ${CORRECT_BUCKET}`;
    return { kind: 'refused', detail: `${right ?? 'itself'}: ${error.message}${why}`, error };
  }
}

/** What only a token that works is told. */
function accepted({ status }: InfluxdbError): Tried {
  return { kind: 'works', status };
}
