import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { eventIn } from '../../cli/log/log-event.ts';
import { sentenceOf } from '../../cli/log/sentences.ts';
import { Beginning } from './a-beginning.ts';

// Other people name users and buckets, and describe tokens. None of that may move a cursor, or look like a line of ours.

const HOSTILE = '\u001B]0;title\u0007\u001B[2J\u009B31m\r\n    → rm -rf ~\u202E';
const OBEYED = /[\p{Cc}\p{Bidi_Control}]/u;
const without = (text: string) => text.replaceAll('\n', '');

describe('a person, where others chose the names', () => {
  let at: Beginning;
  afterEach(() => at.close());

  it.each(['hashed', 'plain'] as const)(
    'sees them on one line, and the terminal obeys nothing of theirs (%s)',
    async (tokens) => {
      at = await Beginning.open(tokens);
      const bucket = { type: 'buckets', id: await at.admin.createBucket(`bucket${HOSTILE}`), orgID: at.admin.orgId };
      const { id } = await at.admin.createAuthorization({
        userID: await at.admin.createUser(`user${HOSTILE}`),
        description: `described${HOSTILE}`,
        permissions: [{ action: 'write', resource: bucket }],
      });
      const where = ['--url', at.influxdb.url, '--org', 'acme'];
      const seen = await at.type(['discover', ...where]);
      expect(seen.code).toBe(0);
      expect(without(seen.out)).not.toMatch(OBEYED);
      expect(seen.out).toMatch(new RegExp(`^${id} .*user.*bucket.*described.*$`, 'm'));
      expect(seen.out).not.toMatch(/^ *→/m);
      const exact = await at.type(['discover', ...where, '--json']);
      expect(without(exact.out)).not.toMatch(OBEYED);
      expect(JSON.parse(exact.out).tokens[1].owner).toBe(`user${HOSTILE}`);
      const written = await at.type(['discover', ...where, '--write', at.path(), `${id}=a/secret`]);
      expect(written.code).toBe(0);
      expect(without(written.err)).not.toMatch(OBEYED);
      expect(written.err).not.toMatch(/^ *→/m);
      expect(at.json().consumers).toMatchObject([{ owner: `user${HOSTILE}`, write: [`bucket${HOSTILE}`] }]);
    },
  );

  it('has the id written of what is called like the id of another', async () => {
    at = await Beginning.open();
    const bucketId = await at.admin.createBucket(at.bucketId);
    const userID = await at.admin.createUser(at.admin.userId);
    const { id } = await at.admin.createAuthorization({
      ...{ userID, description: '' },
      permissions: [{ action: 'read', resource: { type: 'buckets', id: bucketId, orgID: at.admin.orgId } }],
    });
    const where = ['--url', at.influxdb.url, '--org', 'acme'];
    await at.typeHere(['discover', ...where, '--write', at.path(), `${id}=a/secret`]);
    expect(at.json().consumers).toMatchObject([{ owner: userID, read: [bucketId], adopt: id }]);
  });

  it('is not told that there is nothing to do where a run failed', async () => {
    at = await Beginning.open();
    await at.typeHere(['init', ...at.flags, '--yes']);
    await at.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: '{}' }));
    for (const command of [['run', '--yes'], ['plan']]) {
      const seen = await at.typeHere([...command, '--local', '--config', at.path()]);
      expect(seen.code).toBe(1);
      expect(seen.out).not.toContain('there is nothing to do');
    }
  });
});

it.each(['__proto__', 'constructor', 'toString', 'ROTATION_PAUSED', 'TOKEN_REACTIVATED', 'TOKEN_PROMOTED'])(
  'a line of the log that has the code %s, and nothing else, is told',
  (code) => {
    const event = eventIn(`{"code":"${code}"}`, 'id', 0);
    if (event === undefined) throw new Error('it is an event');
    expect(sentenceOf(event)).toEqual(expect.any(String));
  },
);
