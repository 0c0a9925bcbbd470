import type { Handler } from './endpoint.ts';
import { goJson } from './go-json.ts';
import { resourceTypes } from './permissions.ts';
import { rfc3339Nano } from './timestamps.ts';

export const version = 'v2.9.1';
const commit = '0000000000';

const json = { 'Content-Type': 'application/json; charset=utf-8' };

export const health: Handler = () => ({
  status: 200,
  headers: json,
  body: `{"name":"influxdb", "message":"ready for queries and writes", "status":"pass", "checks":[], "version": "${version}", "commit": "${commit}"}\n`,
});

export const ready: Handler = ({ store }) => {
  const body = { status: 'ready', started: rfc3339Nano(BigInt(Math.trunc(store.now())) * 1_000_000n), up: '0s' };
  return { status: 200, headers: json, body: `${JSON.stringify(body, null, '    ')}\n` };
};

export const ping: Handler = () => ({ status: 204 });

export const metrics: Handler = ({ store }) => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
  body: [
    `influxdb_buckets_total ${store.tables.buckets.size}`,
    `influxdb_organizations_total ${store.tables.orgs.size}`,
    `influxdb_tokens_total ${store.tables.authorizations.size}`,
    `influxdb_users_total ${store.tables.users.size}`,
    '',
  ].join('\n'),
});

export const resources: Handler = () => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: `${goJson(resourceTypes)}\n`,
});

export const apiLinks: Handler = () => {
  const names = ['authorizations', 'buckets', 'me', 'orgs', 'setup', 'signin', 'signout', 'users', 'write'];
  const links = Object.fromEntries(names.map((name) => [name, `/api/v2/${name}`]));
  return { status: 200, headers: json, body: `${goJson({ ...links, query: { self: '/api/v2/query' } })}\n` };
};
