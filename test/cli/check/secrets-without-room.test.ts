import { afterEach, beforeEach, expect, it } from 'vitest';
import { Beginning } from '../a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

it.each([
  ['is full', JSON.stringify({ other: 'x'.repeat(65_500) }), 'shorten the other keys of the secret by'],
  ['has the key of the token twice', '{"token":"","token":""}', 'remove one of them'],
  ['is nested too deeply', deep(30_000), 'flatten its other keys'],
])('a check says that a secret %s, as the first run would', async (_, value, remedy) => {
  await at.makeSecret('influxdb/acme/telegraf', value);
  expect((await at.typeHere(['init', ...at.flags, '--yes'])).code).toBe(0);
  const asked = ['--local', '--config', at.path(), '--json'];
  for (const deeply of [[], ['--deep']]) {
    const seen = await at.typeHere(['check', ...deeply, ...asked]);
    expect(seen.code).toBe(1);
    expect(JSON.parse(seen.out).faults).toMatchObject([
      { group: 'secrets', code: 'SECRET_TEXT', consumers: ['telegraf'], what: expect.stringContaining(remedy) },
    ]);
  }
  const ran = await at.typeHere(['run', '--yes', ...asked]);
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.out).failure).toContain(remedy);
});
