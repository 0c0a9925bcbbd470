import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

const NAMES = ['telegraf', 'grafana'];

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open({
    configuration: aConfiguration(
      NAMES.map((name) => aConsumer({ name })),
      { canaries: { consumers: ['telegraf'], soakMs: DAY } },
    ),
  });
  await scene.run();
});
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations.filter((text) => !text.includes('outlived'))).toEqual([]);
  await scene.close();
});

/** The configuration is deployed anew. */
function configure(name: string, settings: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => (each.name === name ? { ...each, ...settings } : each));
  scene.world.configuration = { ...configuration, consumers };
}

const exempt = (ms: number): Partial<ConsumerSettings> => ({
  exception: { reason: 'a repair', approvedBy: 'ada', until: scene.world.clock.now() + ms },
});
const notes = (report: RunReport, name = 'telegraf') => consumerIn(report, name).notes.map(({ code }) => code);
const tokensOf = (report: RunReport) =>
  consumerIn(report, 'telegraf').tokens.map(({ role, status, overdue }) =>
    [role, status, ...(overdue ? ['overdue'] : [])].join(' '),
  );
const rotatedIn = ({ consumers }: RunReport) =>
  consumers.flatMap(({ consumer, actions }) => (actions.some(({ kind }) => kind === 'rotate') ? [consumer] : []));

describe('a consumer with an exception', () => {
  it('is not rotated until that ends, counts as overdue only then, and is rotated as usual', async () => {
    configure('telegraf', exempt(90 * DAY));
    scene.world.clock.advance(89 * DAY);
    const exempted = await scene.run();
    // The other follows its canary, which is well, though it is old.
    expect(rotatedIn(exempted)).toEqual(['grafana']);
    expect(consumerIn(exempted, 'telegraf')).toMatchObject({
      ...{ state: 'idle', why: { code: 'EXEMPT', why: 'a repair', approvedBy: 'ada' }, access: 'works' },
      exception: { reason: 'a repair', approvedBy: 'ada', until: '2026-04-01T00:00:00.000Z', inForce: true },
    });
    expect(notes(exempted)).toEqual(['EXCEPTION_ENDS']);
    expect(tokensOf(exempted)).toEqual(['current active']);

    scene.world.clock.advance(DAY);
    const over = await scene.run();
    expect(rotatedIn(over)).toEqual(['telegraf']);
    expect(consumerIn(over, 'telegraf')).toMatchObject({ why: { code: 'DUE' }, exception: { inForce: false } });
    expect(tokensOf(over)).toEqual(['superseded active overdue', 'current active']);

    // It is told for as long as it is configured.
    scene.world.clock.advance(5 * DAY);
    await scene.run();
    scene.world.clock.advance(5 * DAY);
    const later = await scene.run();
    expect([notes(later), later.counts.overdue]).toEqual([['EXCEPTION_EXPIRED'], 0]);
    configure('telegraf', { exception: undefined });
    const removed = await scene.run();
    expect(notes(removed)).toEqual([]);
    expect(consumerIn(removed, 'telegraf')).not.toHaveProperty('exception');
  });

  it('is rotated in its window, when its exception has ended outside of it', async () => {
    const { clock } = scene.world;
    configure('telegraf', {
      ...exempt(40 * DAY),
      window: { text: '02:00-03:00 UTC', timeZone: 'UTC', openings: daily },
    });
    clock.advance(40 * DAY);
    const closed = await scene.run();
    expect(rotatedIn(closed)).not.toContain('telegraf');
    expect(consumerIn(closed, 'telegraf').obstacle?.code).toBe('OUTSIDE_WINDOW');
    clock.advance(2 * HOUR);
    expect(rotatedIn(await scene.run())).toContain('telegraf');
  });

  it('is served at once where its token is missing, and when a right is taken away', async () => {
    configure('telegraf', exempt(90 * DAY));
    scene.world.clock.advance(HOUR);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    expect(rotatedIn(await scene.run())).toEqual(['telegraf']);
    scene.world.clock.advance(2 * DAY);
    configure('telegraf', { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
    expect(rotatedIn(await scene.run())).toEqual(['telegraf']);
    expect(await scene.works()).toBe(true);
  });

  it('of a run that ends before it sees anybody is told all the same', async () => {
    configure('telegraf', exempt(0));
    scene.world.influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, status: 503 });
    const report = await scene.run();
    scene.world.influxdb.faults.clear();
    expect(consumerIn(report, 'telegraf')).toMatchObject({ state: 'not-attempted', exception: { inForce: false } });
  });
});

const daily = Array.from({ length: 7 }, (_, day) => ({ from: day * 24 * 60 + 120, length: 60 }));
