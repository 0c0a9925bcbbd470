import type { InfluxdbClient } from '../../influxdb/client.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';

// The calls that only read. Observation and the planner are given nothing else. A plan also asks for authorizations that
// InfluxDB cannot make (`check-rights.ts`).

export type ReadingInfluxdb = Pick<
  InfluxdbClient,
  | 'listAuthorizations'
  | 'getAuthorization'
  | 'lookUp'
  | 'findBucket'
  | 'getBucket'
  | 'getUser'
  | 'exists'
  | 'findUser'
  | 'findOrg'
  | 'list'
  | 'ownUser'
  | 'ownerOf'
  | 'rotatorsOwner'
  | 'resourceTypes'
  | 'serverVersion'
>;

export type ReadingStore = Pick<SecretStore, 'readCurrent' | 'describe' | 'readVersion'>;
