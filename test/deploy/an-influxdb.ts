import { type InfluxdbServer, startInfluxdb } from '../../local/influxdb/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { aConsumer } from '../builders/a-configuration.ts';
import { findInfluxd, startInfluxd } from '../builders/a-real-influxd.ts';

/** An InfluxDB with one bucket and one owner of tokens. */
export interface AnInfluxdb {
  readonly url: string;
  /** With the least rights that do. */
  readonly rotatorToken: string;
  /** Whether the server takes a token for one of its own. */
  accepts(token: string): Promise<boolean>;
  stop(): Promise<void>;
}

type Running = Pick<AnInfluxdb, 'url' | 'stop'>;

/** The real server where there is one, else the embedded one. */
export async function startAnInfluxdb(bucket: string, owner: string): Promise<AnInfluxdb> {
  const source = findInfluxd();
  return prepare('missing' in source ? await startEmbedded() : await startInfluxd(source, 'hashed'), bucket, owner);
}

/** The embedded server, with the calls that it has received. */
export async function startACountingInfluxdb(
  bucket: string,
  owner: string,
): Promise<AnInfluxdb & Pick<InfluxdbServer, 'calls'>> {
  const embedded = await startEmbedded();
  return { ...(await prepare(embedded, bucket, owner)), calls: embedded.calls };
}

async function prepare({ url, stop }: Running, bucket: string, owner: string): Promise<AnInfluxdb> {
  const admin = await Administrator.setUp(url, 'acme');
  const bucketId = await admin.createBucket(bucket);
  const ownerId = await admin.createUser(owner);
  const consumer = aConsumer({ owner, access: { kind: 'buckets', read: [bucket], write: [bucket] } });
  const ids = {
    orgId: admin.orgId,
    users: new Map([[owner, ownerId]]),
    buckets: new Map([[bucket, bucketId]]),
    types: [],
  };
  const { token } = await admin.createAuthorization({
    userID: await admin.createUser('svc-rotator'),
    description: 'token rotator',
    permissions: rotatorPermissions([consumer], ids),
  });
  return {
    url,
    rotatorToken: token,
    accepts: async (token) => {
      const answer = await fetch(`${url}/api/v2/buckets`, { headers: { authorization: `Token ${token}` } });
      return answer.ok;
    },
    stop,
  };
}

async function startEmbedded(): Promise<Running & Pick<InfluxdbServer, 'calls'>> {
  const { url, close, calls } = await startInfluxdb();
  return { url, stop: close, calls };
}
