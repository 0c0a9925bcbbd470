import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../../simulation/world.ts';
import { aConsumer } from '../../builders/a-configuration.ts';
import { aWorld, currentText, madeIn, put, SECRET } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

const TOKEN = 'qZ3-kV9_xW1yT5uR7oP2aS4dF6gH8jK0lM-nB_vC3xZ5qW7eR9tY1uI3oP5aS7dF9gH1jK3lZ5xC7vB9nM1qWeRtYu==';

async function set(text: string, settings = {}): Promise<void> {
  world = await aWorld();
  world.configuration = { ...world.configuration, consumers: [aConsumer(settings)] };
  await put(world, SECRET, text);
}

describe("a consumer's secret that is no JSON is read as the rotator's", () => {
  it.each([
    ['a line of a shell', `INFLUX_TOKEN=${TOKEN}`, 'is a name with a value'],
    ['a URL', 'https://influxdb.example.com:8086', 'is a URL'],
    ['two tokens', `${TOKEN}\n${TOKEN}`, 'has a line break inside'],
    ['broken JSON', `{"token":"${TOKEN}"`, 'is broken JSON'],
  ])('%s is no token, and "convert" does not take it', async (_name, text, wrong) => {
    for (const convert of [false, true]) {
      await set(text, { convert });
      const { consumers } = await world.run('status');
      expect(consumers).toMatchObject([{ state: 'failed', why: { code: 'SECRET_NOT_JSON', wrong } }]);
      expect(consumers[0]?.reason).toContain(`is neither a JSON object nor a plain token, because its text ${wrong} (`);
      await world.run().catch(() => undefined);
      expect([await currentText(world), madeIn(world)]).toEqual([text, []]);
      if (!convert) await world.close();
    }
  });

  it.each([
    ['in quotes', `"${TOKEN}"`],
    ['with a scheme', `Token ${TOKEN}`],
  ])('a token %s is a plain token, which "convert" takes', async (_name, text) => {
    await set(text);
    expect((await world.run('status')).consumers).toMatchObject([{ why: { code: 'SECRET_PLAIN_TOKEN' } }]);
    await world.close();
    await set(text, { convert: true });
    expect((await world.run()).counts.rotated).toBe(1);
  });
});

describe('what stands around a token under its key is told', () => {
  it.each([
    ['a line end', `${TOKEN}\n`],
    ['a scheme', `Token ${TOKEN}`],
    ['quotes', `"${TOKEN}"`],
  ])('%s', async (_name, token) => {
    await set(JSON.stringify({ token }));
    const notes = (await world.run('plan')).consumers.flatMap((each) => each.notes.map(({ code }) => code));
    expect(notes).toEqual(['OLD_TOKEN_REMAINS', 'HELD_NOT_ALONE']);
  });

  it('and "auto" says why InfluxDB does not know it', async () => {
    world = await aWorld();
    const { token } = await world.admin.createAuthorization({
      userID: world.userIds.get('svc-telegraf') ?? '',
      description: 'by hand',
      permissions: [{ action: 'read', resource: { type: 'buckets', orgID: world.admin.orgId } }],
    });
    world.configuration = { ...world.configuration, consumers: [aConsumer({ adopt: 'auto' })] };
    await put(world, SECRET, JSON.stringify({ token: `${token}\n` }));
    const notes = (await world.run('plan')).consumers.flatMap((each) => each.notes);
    expect(notes.map(({ code }) => code)).toEqual(['CANNOT_ADOPT', 'HELD_NOT_ALONE']);
    expect(notes[0]?.note).toContain('because more than the token stands there: give its id as "adopt"');
  });

  it('but nothing is said of a token alone', async () => {
    await set(JSON.stringify({ token: TOKEN }));
    const notes = (await world.run('plan')).consumers.flatMap((each) => each.notes.map(({ code }) => code));
    expect(notes).toEqual(['OLD_TOKEN_REMAINS']);
  });
});
