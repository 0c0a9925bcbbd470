import { redact } from '../../lambda/calls/redact.ts';
import { sideBySide } from '../../lambda/calls/side-by-side.ts';
import { adoptedId } from '../../lambda/config/adopted.ts';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { Permission } from '../../lambda/config/permission.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { Authorization } from '../../lambda/influxdb/authorization.ts';
import { tryToGrant } from '../../lambda/influxdb/grant.ts';
import type { OwnServices } from '../setup/services.ts';
import { signedInUser } from '../setup/signed-in.ts';
import type { DiscoveredToken } from './discovery.ts';
import { holdersOf } from './holders.ts';
import { bucketsIn, describeReach, type Reach, reachOf } from './reach.ts';
import { heldTokens } from './secret-values.ts';

/** A token that nothing manages, with what a configuration would say of it. */
export interface Unmanaged {
  readonly row: Authorization;
  readonly shown: DiscoveredToken;
  readonly reach: Reach;
}

/** What was found in one org. */
export interface Found {
  readonly unmanaged: readonly Unmanaged[];
  readonly managed: number;
  readonly notes: readonly string[];
  /** The user of the token that was given. */
  readonly me: string;
  readonly nameOf: (bucket: string) => string;
}

/**
 * All tokens of the org that have no marker, and that the configuration does not adopt; and which secrets hold them. Only
 * reads: the tokens in secrets are asked at most whose they are.
 */
export async function search(
  services: OwnServices,
  configuration: Configuration,
  prefix: string | undefined,
): Promise<Found> {
  const { influxdb } = services;
  const { org, orgId, url } = configuration.influxdb;
  const me = await signedInUser(influxdb, url);
  const rows: Authorization[] = [];
  await influxdb.listAuthorizations(orgId === undefined ? { org: org ?? '' } : { orgID: orgId }, {
    begin: () => rows.splice(0),
    row: (row) => rows.push(row),
  });
  const adopted = new Set(configuration.consumers.flatMap((each) => adoptedId(each) ?? []));
  const isManaged = ({ id, description }: Authorization) => adopted.has(id) || parseMarker(description) !== undefined;
  const unmanaged = rows.filter((row) => !isManaged(row)).toSorted((one, other) => one.createdAt - other.createdAt);
  const { held, notes } = await heldTokens(services, configuration, prefix);
  const holders = await holdersOf(services, rows, unmanaged, held);
  const types = await influxdb.resourceTypes();
  const reaches = unmanaged.map((row) => reachOf(row, types));
  const nameOf = await namesOf(reaches.flatMap(bucketsIn), (id) => influxdb.getBucket(id));
  const ownerOf = await namesOf(
    unmanaged.map(({ userId }) => userId),
    (id) => influxdb.getUser(id),
  );
  const { tokenSecret } = configuration.influxdb;
  return {
    unmanaged: unmanaged.map((row, index) => {
      const reach = reaches[index] ?? { permissions: [] };
      const secrets = holders.certain.get(row.id) ?? [];
      const shown = {
        ...{ authorizationId: row.id, status: row.status, createdAt: new Date(row.createdAt).toISOString() },
        ...{ owner: ownerOf(row.userId), description: redact(row.description), reach: describeReach(reach, nameOf) },
        ...{ secrets, perhaps: holders.perhaps.get(row.id) ?? [], rotators: secrets.includes(tokenSecret) },
      };
      return { row, shown, reach };
    }),
    managed: rows.length - unmanaged.length,
    notes: [...(await hidden(services, configuration, rows[0]?.orgId, me)), ...notes, ...holders.notes],
    ...{ me, nameOf },
  };
}

/** InfluxDB leaves out of a list, silently, what may not be read. It is asked for a token that it cannot make. */
async function hidden(
  { influxdb }: OwnServices,
  { influxdb: { cloud, orgId } }: Configuration,
  seenIn: string | undefined,
  userId: string,
): Promise<string[]> {
  const orgID = orgId ?? seenIn;
  if (cloud || orgID === undefined) return [];
  const permissions: Permission[] = ['authorizations', 'users'].map((type) => ({
    action: 'read',
    resource: type === 'users' ? { type } : { type, orgID },
  }));
  const grant = await tryToGrant(influxdb, { orgId: orgID, userId, description: 'never made', permissions });
  if (grant.kind !== 'may-not') return [];
  return [`the token that was given lacks ${grant.right}, so tokens of some users may be missing here`];
}

/** One call for each id. Who may not read it, or finds it gone, keeps the id. */
async function namesOf(
  ids: readonly string[],
  get: (id: string) => Promise<{ readonly name: string }>,
): Promise<(id: string) => string> {
  const distinct = [...new Set(ids)];
  const names = await sideBySide(distinct, (id) =>
    get(id).then(
      ({ name }) => name,
      () => id,
    ),
  );
  const byId = new Map(distinct.map((id, index) => [id, names[index] ?? id]));
  return (id) => byId.get(id) ?? id;
}
