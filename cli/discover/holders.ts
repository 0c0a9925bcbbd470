import type { Permission } from '../../lambda/config/permission.ts';
import { markerHash, parseMarker } from '../../lambda/engine/document/marker.ts';
import { showsToken } from '../../lambda/engine/observe/listing.ts';
import type { Authorization } from '../../lambda/influxdb/authorization.ts';
import { covers } from '../../lambda/influxdb/permissions.ts';
import { proveToken } from '../../lambda/influxdb/probe.ts';
import type { OwnServices } from '../setup/services.ts';
import type { HeldToken } from './secret-values.ts';

/** Which secrets hold which tokens, by authorization. */
export interface Holders {
  readonly certain: ReadonlyMap<string, string[]>;
  /** One of several tokens that cannot be told apart. */
  readonly perhaps: ReadonlyMap<string, string[]>;
  readonly notes: readonly string[];
}

/** Where the server shows tokens, they are compared. Otherwise each is asked whose it is, and what it may do. */
export async function holdersOf(
  services: OwnServices,
  rows: readonly Authorization[],
  unmanaged: readonly Authorization[],
  held: readonly HeldToken[],
): Promise<Holders> {
  const certain = new Map<string, string[]>();
  const perhaps = new Map<string, string[]>();
  const notes: string[] = [];
  const add = (to: Map<string, string[]>, { id }: Authorization, secret: string) =>
    to.set(id, [...(to.get(id) ?? []), secret]);
  const marked = new Set(rows.flatMap(({ description }) => parseMarker(description)?.tokenHash ?? []));
  for (const { secret, token } of held) {
    if (marked.has(markerHash(token))) continue;
    const shown = rows.find((row) => showsToken(row) && row.token === token);
    const candidates = shown === undefined ? await candidatesOf(services, unmanaged, token) : [shown];
    const [only, ...more] = candidates;
    if (only === undefined)
      notes.push(`secret ${secret} holds a token that matches no unmanaged authorization of this org`);
    else if (more.length === 0) add(certain, only, secret);
    else for (const row of candidates) add(perhaps, row, secret);
  }
  return { certain, perhaps, notes };
}

/** What a hidden token can be: one of its owner's, with the rights that it shows, and none that it would lack. */
async function candidatesOf(
  { influxdb, transport }: OwnServices,
  unmanaged: readonly Authorization[],
  token: string,
): Promise<Authorization[]> {
  const userId = await influxdb.ownerOf(token);
  const ofOwner = unmanaged.filter((row) => row.userId === userId && row.status === 'active' && !showsToken(row));
  if (ofOwner.length < 2) return ofOwner;
  const able: Authorization[] = [];
  const shown: Permission[] = [];
  for (const row of ofOwner) {
    const proof = await proveToken(transport, token, row);
    // What it names may have been deleted.
    const lacks = proof.kind === 'refused' && proof.error.absent === undefined;
    if (!lacks) able.push(row);
    if (proof.kind === 'works') shown.push(...row.permissions.filter(isTried));
  }
  return able.filter(({ permissions }) => shown.every((right) => covers(permissions, right)));
}

/** A probe shows it, without an effect: see `proveToken`. */
function isTried({ action, resource: { type, id, orgID } }: Permission): boolean {
  if (type === 'buckets') return id !== undefined;
  return action === 'read' && (type === 'orgs' || type === 'users') && (id !== undefined || orgID === undefined);
}
