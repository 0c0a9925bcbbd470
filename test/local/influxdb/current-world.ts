import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { InfluxdbOptions } from '../../../local/influxdb/server.ts';
import { type Grant, startWorld, type World } from './client.ts';

export const authorizations = '/api/v2/authorizations';
export const unknownId = '0123456789abcdef';

/** The server of the test that runs: `fresh` and `shared` say for how long it stays. */
export let world: World;

/** Each test of this block has a server of its own. */
export function fresh(options: InfluxdbOptions = {}): void {
  beforeEach(async () => {
    world = await startWorld(options);
    return () => world.server.close();
  });
}

/** The tests of this block have one server. */
export function shared(options: InfluxdbOptions = {}): void {
  beforeAll(async () => {
    world = await startWorld(options);
  });
  afterAll(() => world.server.close());
}

export function grant(action: string, type: string, place: Record<string, string> = {}): Grant {
  return { action, resource: { type, ...place } };
}

export const bucketGrant = (action: string) => grant(action, 'buckets', { id: world.bucketId, orgID: world.orgId });
