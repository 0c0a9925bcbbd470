import type { InfluxdbClient } from '../../influxdb/client.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';

// The calls that only read. Observation and dry runs are given nothing else.

export type ReadingInfluxdb = Pick<
  InfluxdbClient,
  | 'listAuthorizations'
  | 'getAuthorization'
  | 'lookUp'
  | 'findBucket'
  | 'getBucket'
  | 'findUser'
  | 'findOrg'
  | 'ownUser'
  | 'ownerOf'
  | 'rotatorsOwner'
  | 'resourceTypes'
  | 'serverVersion'
>;

export type ReadingStore = Pick<SecretStore, 'readCurrent' | 'describe' | 'readVersion'>;
