import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterEach, describe, expect, it } from 'vitest';
import type { Configuration, ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { Fault } from '../../../local/http/faults.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:people';
const NEWS = { topic: TOPIC, format: 'text', digest: undefined, warnBeforeMs: 3 * DAY } as const;

const ajv = new Ajv({
  strict: true,
  formats: { 'date-time': (text: string) => new Date(text).toISOString() === text },
});
const isValid = ajv.compile(JSON.parse(readFileSync('events.schema.json', 'utf8')));

let scene: Scene;
afterEach(async () => {
  for (const { detail } of changedEvents()) expect([isValid(detail), isValid.errors]).toEqual([true, null]);
  // Which also fails if a message or an event holds a token (I7).
  await scene.close();
});

async function open(consumers: Partial<ConsumerSettings>[] = [{}], rest: Partial<Configuration> = {}): Promise<void> {
  const configuration = aConfiguration(
    consumers.map((each) => aConsumer(each)),
    { events: { bus: 'tokens' }, news: NEWS, ...rest },
  );
  scene = await Scene.open({ configuration });
}

const changedEvents = () =>
  scene.world.eventBridge.events.filter((event) => event['detail-type'] === 'InfluxDB Consumer Changed');
const messages = () => scene.world.audience.sns?.messages ?? [];
const subjects = () => messages().map(({ subject }) => subject?.replace('InfluxDB tokens, prod: ', ''));
const kinds = () => changedEvents().map(({ detail: { kind, consumer = '*' } }) => `${kind} ${consumer}`);

async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
}

/** Its owner is not there, so no token can be made for it; until the returned function is called. */
function breakConsumer(...names: string[]): () => void {
  const { configuration } = scene.world;
  const wrong = configuration.consumers.map((each) =>
    names.includes(each.name) ? { ...each, owner: 'nobody' } : each,
  );
  scene.world.configuration = { ...configuration, consumers: wrong };
  return () => {
    scene.world.configuration = configuration;
  };
}

function change(settings: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => ({ ...each, ...settings }));
  scene.world.configuration = { ...configuration, consumers };
}

describe('people', () => {
  it('are told twice of a consumer that fails for thirty days of hourly runs: when it begins, and when it ends', async () => {
    await open();
    await hours(2);
    const mend = breakConsumer('telegraf');
    await hours(30 * 24);
    mend();
    await hours(30);
    expect(subjects()).toEqual(['telegraf fails', 'telegraf is well again']);
  }, 120_000);

  it('read what happened to whom, since when, and what to type', async () => {
    await open();
    await hours(2);
    breakConsumer('telegraf');
    await hours(1);
    expect(messages()[0]?.message).toMatchInlineSnapshot(`
      "telegraf fails. Deployment: prod.

      Since 2026-01-01 02:00 UTC. Secret: influxdb/acme/telegraf.

      owner "nobody" does not exist: create the user, or set "createOwner": true (NAME_UNRESOLVED)

      You are told again when this changes, and not before.

      What to type next:
        npx influxdb-token-rotation check telegraf
        npx influxdb-token-rotation status telegraf

      Runbook: https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#name_unresolved
      "
    `);
  });

  it('are told once of all that fail in one run, and of each that is well again', async () => {
    await open(['one', 'two', 'three'].map((name) => ({ name })));
    await hours(2);
    const mend = breakConsumer('one', 'three');
    await hours(2);
    mend();
    await hours(2);
    expect(subjects()).toEqual(['2 consumers fail', '2 consumers are well again']);
    expect(messages()[0]?.message).toMatch(/^- one, since 2026-01-01 02:00 UTC: .*\n- three, /m);
  });

  it('are told of a server that is down as one fault, and not once for each consumer', async () => {
    await open(['one', 'two', 'three'].map((name) => ({ name })));
    await hours(2);
    await scene.world.influxdb.down();
    await hours(5);
    await scene.world.influxdb.up();
    await hours(2);
    expect(subjects()).toEqual(['the whole run fails', 'the whole run is well again']);
  });

  it('are not told of ordinary rotations', async () => {
    await open();
    await hours(40 * 24);
    expect(subjects()).toEqual([]);
    expect(kinds()).toEqual(['rotated telegraf', 'rotated telegraf', 'superseded telegraf']);
  }, 120_000);

  it('are warned three days before a token is out of policy, and then told that it is', async () => {
    await open();
    await hours(2);
    // Runs only say what they would do.
    scene.world.configuration = { ...scene.world.configuration, mode: 'plan' };
    await hours(36 * 24);
    expect(subjects()).toEqual(['telegraf needs attention soon', 'telegraf has a token that is too old']);
    const [warned, told] = messages();
    expect(((told?.at ?? 0) - (warned?.at ?? 0)) / DAY).toBeCloseTo(3, 1);
  }, 120_000);

  it('are warned before an exception ends', async () => {
    await open([{ exception: { reason: 'old firmware', approvedBy: 'Ada', until: Date.UTC(2026, 0, 10) } }]);
    await hours(9 * 24);
    expect(subjects()).toEqual(['telegraf needs attention soon']);
    expect(messages()[0]?.message).toContain('its exception ends (old firmware)');
    expect(messages()[0]?.message).toContain('On 2026-01-10 00:00 UTC.');
  }, 60_000);

  it('are not told that all is well while an exception that has ended is still a finding', async () => {
    await open([{ exception: { reason: 'old firmware', approvedBy: 'Ada', until: Date.UTC(2026, 0, 5) } }]);
    await hours(8 * 24);
    expect(subjects()).toEqual(['telegraf needs attention soon']);
    change({ exception: undefined });
    await hours(2);
    expect(subjects()).toEqual(['telegraf needs attention soon', 'telegraf is well again']);
  }, 60_000);

  it('are warned before the last token of a retired consumer ends; that it ended is news for the bus', async () => {
    await open();
    await hours(2);
    change({ retired: true });
    await hours(72);
    expect(subjects()).toEqual(['telegraf needs attention soon']);
    expect(kinds()).toEqual(['rotated telegraf', 'due-soon telegraf', 'retired telegraf']);
  });
});

it('people are warned before the last token of a retired consumer is deleted, where it was switched off at once', async () => {
  await open();
  await hours(20 * 24);
  change({ retired: true });
  await hours(72);
  expect(subjects()).toEqual(['telegraf needs attention soon']);
  const [{ message } = { message: '' }] = messages();
  expect(message).toContain('On 2026-01-22 00:00 UTC.');
  expect(message).toContain('its last token is switched off, and is deleted then: nobody can give it back after that');
  expect(kinds()).toEqual(['rotated telegraf', 'retired telegraf', 'due-soon telegraf']);
}, 60_000);

describe('a message that cannot be sent', () => {
  it.each<[string, Omit<Fault, 'on'>]>([
    ['a right is missing', { status: 403 }],
    ['SNS is busy', { status: 429 }],
    ['SNS is down', { status: 503 }],
    ['no answer comes', { loseAnswer: true }],
  ])('because %s fails nothing, is logged, and is sent by the next run', async (_name, fault) => {
    await open();
    await hours(2);
    breakConsumer('telegraf');
    scene.world.audience.sns?.faults.add({ on: 'Publish', times: 4, ...fault });
    const lines: { code: string; fields: object }[] = [];
    const report = await scene.run('run', { log: (code, fields) => lines.push({ code, fields }) });
    expect(report.errors).toEqual([]);
    const failed = lines.filter(({ code }) => code === 'NEWS_NOT_TOLD').map(({ fields }) => fields);
    expect(failed).toMatchObject([{ to: 'people', news: 'failed', count: 1 }]);
    scene.world.audience.sns?.faults.clear();
    scene.world.clock.advance(HOUR);
    await hours(2);
    // A lost answer is that of a message that arrived.
    expect(new Set(subjects())).toEqual(new Set(['telegraf fails']));
    expect(kinds().filter((kind) => kind === 'failed telegraf')).toHaveLength(1);
  });

  it('is sent with what it was about, though that is over by then', async () => {
    await open();
    await hours(2);
    const mend = breakConsumer('telegraf');
    await hours(1);
    mend();
    scene.world.audience.sns?.faults.add({ on: 'Publish', times: 8, status: 503 });
    await hours(3);
    expect(subjects()).toEqual(['telegraf fails', 'telegraf is well again']);
    expect(messages()[1]?.message).toContain('It was "failed" since 2026-01-01 02:00 UTC.');
  });
});

describe('the bus', () => {
  it('hears of a rotation by a command in the next run, once', async () => {
    await open();
    await hours(2);
    await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'drill' });
    scene.world.clock.advance(MINUTE);
    await hours(4);
    expect(kinds()).toEqual(['rotated telegraf', 'rotated telegraf', 'superseded telegraf']);
  });

  it('hears of each state of a consumer, and of each change back', async () => {
    await open();
    await hours(2);
    const mend = breakConsumer('telegraf');
    await hours(2);
    mend();
    await hours(2);
    // Somebody puts the older value back, again and again.
    const older = JSON.stringify(await scene.value());
    await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'drill' });
    for (let again = 0; again < 2; again += 1) {
      await scene.put(older);
      await hours(2);
    }
    await hours(48);
    scene.world.configuration = { ...scene.world.configuration, mode: 'plan' };
    await hours(36 * 24);
    scene.world.configuration = { ...scene.world.configuration, mode: 'rotate' };
    await hours(30);
    change({ retired: true });
    await hours(72);
    const state = ({
      detail: { kind, state = 'fine', was = 'fine' },
    }: {
      readonly detail: Readonly<Record<string, unknown>>;
    }) => `${kind}: ${was} to ${state}`;
    expect(changedEvents().map(state)).toEqual([
      'rotated: fine to fine',
      'failed: fine to failed',
      'recovered: failed to fine',
      'blocked: fine to blocked',
      'rotated: fine to fine',
      'superseded: fine to fine',
      'recovered: blocked to fine',
      'due-soon: fine to due-soon',
      'overdue: due-soon to overdue',
      'rotated: fine to fine',
      'superseded: fine to fine',
      'recovered: overdue to fine',
      'retired: fine to fine',
      'due-soon: fine to due-soon',
    ]);
  }, 120_000);

  it('hears what it could not take as soon as it can', async () => {
    await open();
    scene.world.eventBridge.faults.add({ on: 'PutEvents', times: 40, status: 503 });
    await hours(4);
    expect(kinds()).toEqual([]);
    scene.world.eventBridge.faults.clear();
    await hours(2);
    expect(kinds()).toEqual(['rotated telegraf']);
  });
});

describe('what is remembered', () => {
  it('outlasts an outage of a week', async () => {
    await open();
    await hours(2);
    breakConsumer('telegraf');
    await hours(2);
    scene.world.clock.advance(7 * DAY);
    await hours(2);
    expect(subjects()).toEqual(['telegraf fails']);
  });

  it('may be lost: then people are told again, and that they may know it', async () => {
    await open();
    await hours(2);
    breakConsumer('telegraf');
    await hours(2);
    scene.world.history.forget();
    await hours(2);
    expect(subjects()).toEqual(['telegraf fails', 'telegraf fails']);
    expect(messages().map(({ message }) => message.includes('You may know this'))).toEqual([false, true]);
  });

  it('is not changed by commands, or by runs of some consumers', async () => {
    await open(['one', 'two'].map((name) => ({ name })));
    await hours(2);
    breakConsumer('one', 'two');
    await scene.run({ action: 'run', consumers: ['one'] });
    expect(subjects()).toEqual([]);
    await hours(1);
    expect(subjects()).toEqual(['2 consumers fail']);
  });

  it('of a run that began later stands: one that is late tells nothing, and notes nothing', async () => {
    await open();
    await hours(2);
    const restore = breakConsumer('telegraf');
    const { clock } = scene.world;
    const { influxdb } = scene.world;
    // While the first run waits for its first answer, a second one begins and ends, and finds all well.
    influxdb.faults.add({
      on: ({ number }) => number === influxdb.calls.length,
      before: async () => {
        influxdb.faults.clear();
        const wrong = scene.world.configuration;
        restore();
        clock.advance(MINUTE / 60);
        await scene.run();
        scene.world.configuration = wrong;
      },
    });
    const codes: string[] = [];
    await scene.run('run', { log: (code) => codes.push(code) });
    expect([codes.includes('CONSUMER_FAILED'), codes.includes('STATES_NOTED'), subjects()]).toEqual([true, false, []]);
  });

  it('if it cannot be read, nobody is told, and the next run tells', async () => {
    await open();
    await hours(2);
    breakConsumer('telegraf');
    const history = { since: () => Promise.reject(new Error('away')) };
    const codes: string[] = [];
    await scene.run('run', { history, log: (code) => codes.push(code) });
    expect(codes).toContain('NEWS_WITHOUT_MEMORY');
    expect(subjects()).toEqual([]);
    scene.world.clock.advance(HOUR);
    await hours(1);
    expect(subjects()).toEqual(['telegraf fails']);
  });
});

it('without news and findings, nothing of it is called or logged', async () => {
  await open([{}], { news: undefined });
  const codes: string[] = [];
  const history = { since: () => Promise.reject(new Error('must not be asked')) };
  await scene.run('run', { history, log: (code) => codes.push(code) });
  expect(codes.filter((code) => /NEWS|STATES/.test(code))).toEqual([]);
  expect(kinds()).toEqual([]);
});
