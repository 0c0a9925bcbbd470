import type { Configuration } from '../../lambda/config/configuration.ts';
import type { ConsumerFile } from '../../lambda/config/file/schema.ts';
import { ID } from '../../lambda/config/influxdb-id.ts';
import { isPrivileged } from '../../lambda/engine/plan/adoption.ts';
import { newConfiguration, textOf } from '../setup/new-configuration.ts';
import type { Reach } from './reach.ts';
import type { Found, Unmanaged } from './search.ts';

/** A token that somebody chose, and the secret that its readers read. */
export interface Chosen {
  readonly token: Unmanaged;
  readonly secret: string;
}

/** The consumers that take these tokens over. Each is called like the end of its secret's name. */
export function consumersFor(
  chosen: readonly Chosen[],
  found: Found,
  { influxdb, consumers }: Configuration,
): ConsumerFile[] {
  const names = new Set(consumers.map(({ name }) => name));
  return chosen.map(({ token, secret }) => {
    const name = freeName(secret, names);
    names.add(name);
    const isAlone = influxdb.cloud || mayKeepOwner(token, chosen, found);
    return {
      ...{ name, secret },
      ...(!influxdb.cloud && { owner: isAlone ? meant(token.row.userId, token.shown.owner) : `svc-${name}` }),
      ...accessIn(token.reach, found.nameOf),
      ...(isAlone && { adopt: token.row.id }),
    };
  });
}

/**
 * The rotator has the rights over the owners of what it ends, and whoever may write a user's tokens can do what they all
 * can. So it gets none over a person, nor over whoever owns another token that may make tokens.
 */
function mayKeepOwner({ row }: Unmanaged, chosen: readonly Chosen[], { unmanaged, me }: Found): boolean {
  if (row.userId === me) return false;
  const ids = new Set(chosen.map(({ token }) => token.row.id));
  return unmanaged.every(
    (other) => other.row.userId !== row.userId || ids.has(other.row.id) || !isPrivileged(other.row.permissions),
  );
}

function freeName(secret: string, taken: ReadonlySet<string>): string {
  const last =
    secret
      .replace(/^arn:.*:secret:/, '')
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '';
  const plain =
    last
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 56) || 'consumer';
  let name = plain;
  for (let count = 2; taken.has(name) || name === 'self'; count += 1) name = `${plain}-${count}`;
  return name;
}

function accessIn(reach: Reach, nameOf: (bucket: string) => string): Partial<ConsumerFile> {
  if ('access' in reach) return { access: reach.access };
  // The org is that of the configuration.
  if ('permissions' in reach)
    return {
      permissions: reach.permissions.map(({ action, resource: { type, id } }) => ({
        action,
        resource: { type: type as 'buckets', ...(id !== undefined && { id }) },
      })),
    };
  const named = (bucket: string) => meant(bucket, nameOf(bucket));
  const lists = { read: reach.read.map(named), write: reach.write.map(named) };
  return {
    ...(lists.read.length > 0 && { read: lists.read }),
    ...(lists.write.length > 0 && { write: lists.write }),
  };
}

/** A configuration takes for an id whatever looks like one, so a name that does would mean another. */
function meant(id: string, name: string): string {
  return ID.test(name) ? id : name;
}

/** The text of a new one. */
export function newWith(
  consumers: readonly ConsumerFile[],
  { influxdb: { url, org, orgId, tokenSecret, ca }, deployment }: Configuration,
  file: string,
): string {
  return textOf(newConfiguration({ url, org: orgId ?? org ?? '', deployment, tokenSecret, ca, consumers }, file));
}
