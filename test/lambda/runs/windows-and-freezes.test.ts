import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { windowOf } from '../../../lambda/config/when.ts';
import type { Call } from '../../../local/http/faults.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { notesOf, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function rotated(settings: Partial<ConsumerSettings> = {}): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(settings)]) });
  await scene.run();
  scene.auditor.inspect();
}

/** The configuration is deployed anew. */
function configure(settings: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => ({ ...each, ...settings }));
  scene.world.configuration = { ...configuration, consumers };
}

function freeze(ms: number, everything = false): void {
  const from = scene.world.clock.now();
  configure({ freezes: [{ from, to: from + ms, reason: 'release', everything }] });
}

const MUTATING = /^(?:POST|PATCH|DELETE) |^(?:Put|Update|Create|Delete)/;

/** Counts what the servers are asked to change. */
function countWrites(): () => number {
  let writes = 0;
  for (const server of [scene.world.influxdb, scene.world.secretsManager])
    server.faults.intercept(({ operation }: Call) => {
      if (MUTATING.test(operation)) writes += 1;
      return undefined;
    });
  return () => writes;
}

const NIGHT = { window: windowOf({ hours: '22:00-04:00', timeZone: 'Europe/Berlin' }) };
const hourInBerlin = (time: string) =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' }).format(Date.parse(time)));

describe('with a window', () => {
  it('a token is replaced in it, by the clock there, in summer and in winter', async () => {
    await rotated({ ...NIGHT, rotateEveryMs: 28 * DAY });
    const minted = new Set<string>();
    // The clock of the simulation begins in winter.
    for (let day = 0; day < 365; day += 28) {
      scene.world.clock.advance(27 * DAY);
      await scene.runFor(36 * HOUR);
      minted.add(String((await scene.turn()).tokens[0]?.mintedAt));
    }
    expect(minted.size).toBeGreaterThan(10);
    expect(
      [...minted]
        .slice(1)
        .map(hourInBerlin)
        .filter((hour) => hour >= 4 && hour < 22),
    ).toEqual([]);
    expect(scene.auditor.violations).toEqual([]);
  });

  it('says in each run when it opens, changes nothing until then, and is no alarm', async () => {
    await rotated(NIGHT);
    scene.world.clock.advance(30 * DAY);
    while (hourInBerlin(new Date(scene.world.clock.now()).toISOString()) !== 10) scene.world.clock.advance(HOUR);
    const writes = countWrites();
    const { state, obstacle, reason } = await scene.turn();
    expect({ state, code: obstacle?.code }).toEqual({ state: 'waiting', code: 'OUTSIDE_WINDOW' });
    expect(reason).toBe(
      `due: older than 30 days, but its window (22:00-04:00 Europe/Berlin) opens at ${String(obstacle?.until)}`,
    );
    expect(hourInBerlin(String(obstacle?.until))).toBe(22);
    expect(writes()).toBe(0);
    scene.world.clock.advance(Date.parse(String(obstacle?.until)) - scene.world.clock.now());
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  });

  it('a token that is missing is replaced at once', async () => {
    await rotated(NIGHT);
    scene.world.clock.advance(12 * HOUR);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    configure({ window: { openings: [{ from: 0, length: 1 }], timeZone: 'UTC', text: 'a minute' } });
    expect((await scene.turn()).actions).toMatchObject([{ reasonCode: 'MISSING', outcome: 'done' }]);
    expect(await scene.works()).toBe(true);
  });
});

describe('with a freeze', () => {
  it('no token is replaced, and older ones end', async () => {
    await rotated();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const current = await scene.currentId();
    freeze(3 * DAY);
    configure({ rotateEveryMs: DAY });
    await scene.runFor(3 * DAY - HOUR);
    expect(scene.rows.map(({ id, status }) => [id, status])).toEqual([[current, 'active']]);
    scene.world.clock.advance(HOUR);
    expect(await scene.turn()).toMatchObject({ actions: [{ kind: 'rotate', reasonCode: 'DUE', outcome: 'done' }] });
    expect(scene.auditor.violations).toEqual([]);
  });

  it('of everything, nothing is changed until it is over, and then the older ones end', async () => {
    await rotated();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    freeze(3 * DAY, true);
    const writes = countWrites();
    await scene.runFor(3 * DAY - HOUR);
    expect(writes()).toBe(0);
    await scene.runFor(2 * DAY);
    expect(scene.rows).toHaveLength(1);
  });

  it('of everything, a note says until when nothing is ended', async () => {
    await rotated();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(2 * DAY);
    freeze(3 * DAY, true);
    const until = new Date(scene.world.clock.now() + 3 * DAY).toISOString();
    expect(notesOf(await scene.turn())).toEqual([
      `nothing is switched off or deleted before ${until}: frozen ("release")`,
    ]);
  });
});
