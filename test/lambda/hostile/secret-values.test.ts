import { type Node, parseTree } from 'jsonc-parser';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function open(text: string, ...consumers: Partial<ConsumerSettings>[]): Promise<void> {
  const settings = consumers.length === 0 ? [{}] : consumers;
  const configuration = aConfiguration(settings.map((each) => aConsumer(each)));
  scene = await Scene.open({ configuration, initialValue: () => text });
}

/** The members that are not ours, each from its key to the end of its value, as they stand in the text. */
function othersIn(text: string, tokenKey = 'token'): string[] {
  const members: readonly Node[] = parseTree(text)?.children ?? [];
  return members
    .filter(({ children }) => ![tokenKey, 'rotation'].includes(children?.[0]?.value))
    .map(({ offset, length }) => text.slice(offset, offset + length));
}

/** Every version with its labels: what must not change where a rotation refuses. */
function versions(): unknown[] {
  const { store } = scene.world.secretsManager;
  return [...(store.secret(scene.secret)?.versions.values() ?? [])].map(({ id, value, stages }) => [
    id,
    value,
    ...stages,
  ]);
}

const levels = (count: number) => `{"deep":${'['.repeat(count)}${']'.repeat(count)}}`;

describe('the other keys of a secret survive its rotations byte for byte', () => {
  it.each<[string, string]>([
    [
      'names of members that every object inherits',
      '{"token":"","__proto__":{"token":"x"},"constructor":1,"toString":null}',
    ],
    ['our names below the top', '{"token":"","nested":{"token":"x","rotation":{"id":1}}}'],
    ['numbers that a parser rounds', '{"a":12345678901234567890,"b":1e400,"c":1.0,"d":-0,"e":0.10,"f":1E+2}'],
    ['keys that stand twice', '{"a":1,"a":2,"A":3,"\\u0061":4}'],
    ['escapes that a printer would undo', '{"a":"\\u0000\\u2028\\ud83d\\ude00\\/\\u0041","b":"\\ud800"}'],
    ['characters that a printer would escape', '{"\u2028":"\u2029\u{1f525}\ufeff<>&"}'],
    ['lines with CRLF', '{\r\n\t"a" : 1.0,\r\n\t"b":[1,\t2]\r\n}\r\n'],
    ['values laid out by hand', '{\n  "a": [1,  2], "b" : {"x":1,   "y":{ } }\n}'],
    ['lines without order', '\n\n{"a":1.0,  "b":2,\n "c" :  [1,2,  3]}\n'],
    ['a token between others', '{"a":1.0,\n  "token": "old", "b" : [1,  2]}'],
    ['an empty object of two lines', '{\n}'],
    ['3,000 levels', levels(3_000)],
    ['60 kB in one value', JSON.stringify({ notes: '\u{1f525}'.repeat(15_000) })],
  ])('%s', async (_name, text) => {
    await open(text);
    expect((await scene.turn()).state).toBe('acting');
    expect(othersIn(await scene.text())).toEqual(othersIn(text));
    scene.world.clock.advance(31 * DAY);
    expect((await scene.turn()).reason).toBe('due: older than 30 days');
    expect(othersIn(await scene.text())).toEqual(othersIn(text));
    expect(await scene.works()).toBe(true);
  });

  it.each(['__proto__', 'constructor', 'toString', 'a/b~c.d[0]', ' ', '\u{1f525}"\n'])(
    'whatever the key of the token is called: %j',
    async (tokenKey) => {
      // The empty text says that applications will read this key, though another one seems to hold a token.
      const text = `{"token":"of somebody else","hasOwnProperty":1.0,${JSON.stringify(tokenKey)}:""}`;
      await open(text, { tokenKey });
      for (const reason of ['first token', 'due: older than 30 days']) {
        expect((await scene.turn()).reason).toBe(reason);
        const written = await scene.text();
        expect(othersIn(written, tokenKey)).toEqual(othersIn(text, tokenKey));
        const token = new Map(Object.entries(JSON.parse(written) as object)).get(tokenKey);
        expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
        scene.world.clock.advance(31 * DAY);
      }
    },
  );
});

it('keeps a layout of several lines: ours come below the others', async () => {
  await open('{\n    "url": "x"\n}');
  await scene.run();
  expect((await scene.text()).split('\n').slice(0, 4)).toEqual([
    '{',
    '    "url": "x",',
    expect.stringMatching(/^ {4}"token": ".*",$/),
    '    "rotation": {',
  ]);
});

describe('a secret that cannot take our keys is left as it is, and nothing is minted', () => {
  const noJson = (wrong: string) =>
    `is neither a JSON object nor a plain token, because its text ${wrong} (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is`;
  const NO_JSON = noJson('is broken JSON');
  it.each<[string, string, string]>([
    ['a byte order mark', '\ufeff{"url":"x"}', NO_JSON],
    ['a comment', '// ours\n{"url":"x"}', noJson('is broken JSON')],
    ['a comment inside', '{"url":"x" /* ours */}', NO_JSON],
    ['a trailing comma', '{"url":"x",}', NO_JSON],
    ['an array', '["x"]', NO_JSON],
    ['lines of a shell script', 'URL=x\nTOKEN=y\n', noJson('has a line break inside')],
    ['30,000 levels', levels(30_000), "the secret's JSON is nested too deeply to be edited; flatten its other keys"],
    ['our key once more in disguise', '{"token":"a","\\u0074oken":"b"}', 'has the key "token" or "rotation" twice'],
    ['a number as its token', '{"token":5}', 'has a key "token" that holds no text: rename it, or name another key'],
    ['an object as its token', '{"token":{"value":"x"}}', 'has a key "token" that holds no text'],
    ['null as its document', '{"rotation":null}', 'has a key "rotation" that is not a document of ours'],
    ['a document that is inherited', '{"rotation":{"__proto__":{"id":"x"}}}', 'wrong or missing: rotation.id, '],
  ])('%s', async (_name, text, problem) => {
    // Not even permission to convert a plain token is one to throw other values away.
    await open(text, { convert: true });
    const before = versions();
    expect(await scene.turn()).toMatchObject({ reason: expect.stringContaining(problem) });
    expect(scene.rows).toEqual([]);
    expect(versions()).toEqual(before);
  });

  it('one byte too many', async () => {
    const padded = (bytes: number) => JSON.stringify({ notes: 'x'.repeat(bytes) });
    await open(padded(0));
    await scene.run();
    const room = 65_536 - Buffer.byteLength(await scene.text());
    await scene.close();
    await open(padded(room));
    await scene.run();
    expect(Buffer.byteLength(await scene.text())).toBe(65_536);
    await scene.close();
    await open(padded(room + 1));
    expect((await scene.turn()).reason).toContain('the new value would have 65537 bytes');
    expect(scene.rows).toEqual([]);
  });

  it('a second document beside ours, which is seen when the next rotation is due', async () => {
    await open('{}');
    await scene.run();
    await scene.put(`{"rotation":{},${(await scene.text()).slice(1)}`);
    scene.world.clock.advance(31 * DAY);
    const before = versions();
    expect((await scene.turn()).reason).toContain('has the key "token" or "rotation" twice');
    expect(scene.rows).toHaveLength(1);
    expect(versions()).toEqual(before);
    expect(await scene.works()).toBe(true);
  });
});

it.each<[string, string]>([
  ['null', '{"token":null}'],
  ['an empty text', '{"token":""}'],
])('takes %s for no token yet', async (_name, text) => {
  await open(text);
  expect((await scene.turn()).reason).toBe('first token');
  expect(await scene.works()).toBe(true);
});

describe('a document that was spoiled by hand stops its own consumer, and nobody else', () => {
  const entry = { authorizationId: '0123456789abcdef', userId: '0123456789abcdef', since: '2026-01-01T00:00:00Z' };
  it.each<[string, object, string]>([
    ['a word as its time', { mintedAt: 'yesterday' }, 'mintedAt'],
    ['a time as a number', { mintedAt: 1767225600000 }, 'mintedAt'],
    ['the last year of all', { mintedAt: '+275760-09-13T00:00:00.000Z' }, 'mintedAt'],
    ['a year before 0', { mintedAt: '-000001-01-01T00:00:00.000Z' }, 'mintedAt'],
    ['a time that is before year 0 in UTC', { mintedAt: '0000-01-01T00:00:00+23:59' }, 'mintedAt'],
    ['an object as its ledger', { superseded: {} }, 'superseded'],
    ['a ledger of texts', { superseded: ['0123456789abcdef'] }, 'superseded.0'],
    ['a ledger without times', { superseded: [{ ...entry, since: undefined }] }, 'superseded.0.since'],
    ['a path as an owner in the ledger', { superseded: [{ ...entry, userId: '../x' }] }, 'superseded.0.userId'],
    ['an owner that is no id', { userId: 'svc-telegraf' }, 'userId'],
    ['an owner of zeros', { userId: '0000000000000000' }, 'userId'],
    ['a list as its authorization', { authorizationId: [] }, 'authorizationId'],
  ])('%s', async (_name, change, path) => {
    await open('{}', {}, { name: 'grafana' });
    await scene.run();
    await scene.edit({ rotation: { ...(await scene.value()).rotation, ...change } });
    const before = versions();
    scene.world.clock.advance(31 * DAY);
    const report = await scene.run();
    expect(consumerIn(report)).toMatchObject({
      state: 'failed',
      reason: `secret ${scene.secret} has a key "rotation" that is not a document of ours (wrong or missing: rotation.${path}): rename it, or remove it to start with a first token`,
    });
    expect(consumerIn(report, 'grafana').actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
    expect(versions()).toEqual(before);
    expect(await scene.works()).toBe(true);
  });

  it.each(['', '..', '../../setup', '?x=1', '\u{1f525}\n'])(
    '%j as an id in its ledger: no call is made that it could lead astray',
    async (authorizationId) => {
      await open('{}', {}, { name: 'grafana' });
      await scene.run();
      const { rotation } = await scene.value();
      await scene.edit({ rotation: { ...rotation, superseded: [{ ...entry, authorizationId }] } });
      scene.auditor.accept();
      for (const pause of [2 * DAY, 2 * DAY]) {
        scene.world.clock.advance(pause);
        await scene.run();
      }
      expect(scene.auditor.inspect()).toEqual([]);
      expect(scene.world.influxdb.calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
      scene.world.clock.advance(HOUR);
      expect(consumerIn(await scene.run(), 'grafana').state).toBe('idle');
    },
  );
});
