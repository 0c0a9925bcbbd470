import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterEach, describe, expect, it } from 'vitest';
import type { Configuration, ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { ReceivedEvent } from '../../../local/eventbridge/server.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { PROMOTION } from '../../builders/a-trace.ts';

// N1 to N3 of docs/protocol.md, and the page docs/events.md, on the embedded servers.

const PROMOTED = 'InfluxDB Token Promoted';
const ENDS_SOON = 'InfluxDB Token Ends Soon';

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  // Which also fails if a log, a report or an event holds a token (I7).
  await scene.close();
});

async function open(settings: Partial<ConsumerSettings>[] = [{}], rest: Partial<Configuration> = {}): Promise<void> {
  const consumers = settings.map((each) => aConsumer(each));
  scene = await Scene.open({ configuration: aConfiguration(consumers, { events: { bus: 'tokens' }, ...rest }) });
}

/** The first token is there, and its rotation due. */
async function openDue(): Promise<void> {
  await open();
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
  scene.world.eventBridge.events.length = 0;
}

/** What one run tells, what it logs of that, and how often it called the bus. */
async function run(asked: string | object = 'run') {
  const { eventBridge } = scene.world;
  const lines: { code: string; fields: object }[] = [];
  const [events, calls] = [eventBridge.events.length, eventBridge.calls.length];
  const report = await scene.run(asked as object, { log: (code, fields) => lines.push({ code, fields }) });
  scene.auditor.inspect();
  return {
    report,
    told: eventBridge.events.slice(events),
    calls: eventBridge.calls.length - calls,
    logged: lines.filter(({ code }) => code.endsWith('TOLD')).map(({ code, fields }) => ({ code, ...fields })),
  };
}

const shown = (events: readonly ReceivedEvent[]) => events.map((each) => [each['detail-type'], each.detail.repeated]);

describe('a promotion', () => {
  it('is told by the run that made it, to the bus, with what a reader needs', async () => {
    await openDue();
    const before = await scene.currentId();
    const now = scene.world.clock.now();
    const { told, logged, report } = await run();
    const { rotation } = await scene.value();
    const arn = scene.world.secretsManager.store.secret(scene.secret)?.arn;
    expect(told).toMatchObject([
      {
        ...{ bus: 'tokens', source: 'influxdb-token-rotation', 'detail-type': PROMOTED, resources: [arn] },
        detail: {
          ...{ deployment: 'prod', consumer: 'telegraf', secretArn: arn, versionId: rotation.id },
          authorizationId: rotation.authorizationId,
          ending: [{ authorizationId: before, worksUntil: new Date(now + DAY + 30 * MINUTE).toISOString() }],
          repeated: false,
        },
      },
    ]);
    expect(logged).toEqual([
      {
        ...{ code: 'CONSUMER_TOLD', consumer: 'telegraf', event: PROMOTED, versionId: rotation.id },
        eventId: told[0]?.id,
      },
    ]);
    expect(report.errors).toEqual([]);
  });

  it('is told again by the next run, and then no more', async () => {
    await openDue();
    const { told } = await run();
    const later: unknown[] = [];
    for (let hours = 0; hours < 20; hours += 1) {
      scene.world.clock.advance(HOUR);
      later.push(...(await run()).told);
    }
    expect(later).toMatchObject([{ 'detail-type': PROMOTED, detail: { ...told[0]?.detail, repeated: true } }]);
  });

  it('of many consumers takes one call for ten of them', async () => {
    await open(Array.from({ length: 12 }, (_, index) => ({ name: `c${index}` })));
    const { told, calls } = await run();
    expect([told.length, calls]).toEqual([12, 2]);
    expect(new Set(told.map(({ detail }) => detail.consumer)).size).toBe(12);
  });

  it('of a run that died right after it is told by the next', async () => {
    await openDue();
    await scene.runKilledAt((call) => call.operation === PROMOTION, 'after');
    scene.auditor.inspect();
    expect(scene.world.eventBridge.events).toEqual([]);
    scene.world.clock.advance(HOUR);
    expect(shown((await run()).told)).toEqual([[PROMOTED, true]]);
  });

  it('without an answer is told once it is seen', async () => {
    await openDue();
    scene.world.secretsManager.faults.add({ on: PROMOTION, loseAnswer: true });
    expect(shown((await run()).told)).toEqual([[PROMOTED, false]]);
  });

  it('that did not take place is not told', async () => {
    await openDue();
    scene.world.secretsManager.faults.add({ on: PROMOTION, status: 400 });
    expect((await run()).told).toEqual([]);
    expect(scene.rows).toHaveLength(1);
  });

  it('by a rollback is told, with the token that it took back', async () => {
    await openDue();
    const [older] = [await scene.currentId(), await run()];
    const newer = await scene.currentId();
    scene.world.clock.advance(5 * HOUR);
    const { told } = await run({ action: 'rollback', consumer: 'telegraf', reason: 'it may not write' });
    expect(told).toMatchObject([
      { 'detail-type': PROMOTED, detail: { authorizationId: older, ending: [{ authorizationId: newer }] } },
    ]);
  });

  it('of the successor of a leaked token is told, and names no token that is gone', async () => {
    await openDue();
    const { told } = await run({ action: 'rotate', consumers: ['telegraf'], reason: 'it leaked', compromised: true });
    expect(told).toMatchObject([{ 'detail-type': PROMOTED, detail: { ending: [], repeated: false } }]);
    expect(scene.rows).toHaveLength(1);
  });
});

describe('the end of a token', () => {
  /** Runs every hour until the older token is off; what each told. */
  async function untilOff(before: string): Promise<(readonly string[])[]> {
    const told: (readonly string[])[] = [];
    while (scene.statusOf(before) === 'active') {
      scene.world.clock.advance(HOUR);
      told.push((await run()).told.map((event) => event['detail-type']));
    }
    return told;
  }

  it('is told in two runs at least before the one that switches it off, and not by that one', async () => {
    await openDue();
    const before = await scene.currentId();
    await run();
    const told = await untilOff(before);
    expect(told.length).toBe(25);
    expect(told.slice(-4)).toEqual([[], [ENDS_SOON], [ENDS_SOON], []]);
    const [, event] = scene.world.eventBridge.events.filter((each) => each['detail-type'] === ENDS_SOON);
    expect(event?.detail.ending).toEqual([{ authorizationId: before, worksUntil: expect.any(String) }]);
    expect(event?.detail).not.toHaveProperty('repeated');
    expect(Date.parse(String(event?.time))).toBeLessThan(scene.world.clock.now());
  });

  it('with a grace period shorter than the schedule is told with the promotion', async () => {
    const settings = { gracePeriodMs: 2 * HOUR, consumerCacheTtlMs: HOUR };
    await open([settings], { scheduleMs: 6 * HOUR });
    await run();
    scene.world.clock.advance(30 * DAY);
    const { told } = await run();
    expect(told.map((event) => event['detail-type'])).toEqual([PROMOTED, ENDS_SOON]);
  });

  it('that an operator puts off is told anew when it comes', async () => {
    await openDue();
    const before = await scene.currentId();
    await run();
    scene.world.clock.advance(5 * HOUR);
    await run({ action: 'reactivate', consumer: 'telegraf', for: '40h', reason: 'a reader was missed' });
    const told = await untilOff(before);
    expect(told.filter((each) => each.includes(ENDS_SOON)).length).toBeGreaterThanOrEqual(2);
    expect(told.findIndex((each) => each.includes(ENDS_SOON))).toBeGreaterThan(35);
  });
});

describe('an event that fails', () => {
  it.each([
    ['is refused', { status: 400 }, 'EVENTBRIDGE_REFUSED', 1],
    ['meets a busy service', { status: 429, times: 4 }, 'EVENTBRIDGE_THROTTLED', 4],
    ['meets a service that is down', { status: 500, times: 4 }, 'EVENTBRIDGE_UNANSWERED', 4],
    [
      'has an answer that nobody understands',
      { rewrite: () => ({ status: 200, body: '{' }), times: 4 },
      'EVENTBRIDGE_UNANSWERED',
      4,
    ],
  ])('because it %s fails nothing, says so, and is told by the next run', async (_name, fault, errorCode, calls) => {
    await openDue();
    scene.world.eventBridge.faults.add({ on: 'PutEvents', ...fault });
    const failed = await run();
    expect(failed.report).toMatchObject({ errors: [], consumers: [{ state: 'acting', errorCode: undefined }] });
    expect(failed.logged).toMatchObject([
      { code: 'CONSUMER_NOT_TOLD', consumer: 'telegraf', event: PROMOTED, errorCode },
    ]);
    expect(failed.calls).toBe(calls);
    scene.world.clock.advance(HOUR);
    expect(shown((await run()).told)).toEqual([[PROMOTED, true]]);
  });

  it('because nothing answers there fails nothing, and says where it looked', async () => {
    await openDue();
    await scene.world.eventBridge.down();
    const { report, logged } = await run();
    expect(report).toMatchObject({ errors: [], counts: { rotated: 1, failed: 0 } });
    const { url } = scene.world.eventBridge;
    expect(logged).toMatchObject([
      {
        errorCode: 'EVENTBRIDGE_UNREACHABLE',
        error: `EventBridge: PutEvents failed with ECONNREFUSED: no connection (${url}): nothing accepts connections there: check AWS_ENDPOINT_URL_EVENTBRIDGE, and that the server runs. Proxies are not used, whatever HTTPS_PROXY says`,
      },
    ]);
  });

  it('among others is the only one that is not told', async () => {
    await open([{ name: 'one' }, { name: 'two' }, { name: 'three' }]);
    scene.world.eventBridge.faults.add({
      on: 'PutEvents',
      rewrite: ({ body, ...rest }) => {
        const { Entries } = JSON.parse(String(body));
        Entries[1] = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
        return { ...rest, body: JSON.stringify({ FailedEntryCount: 1, Entries }) };
      },
    });
    const { logged } = await run();
    expect(logged).toMatchObject([
      { code: 'CONSUMER_TOLD', consumer: 'one' },
      { code: 'CONSUMER_NOT_TOLD', consumer: 'two', errorCode: 'EVENTBRIDGE_THROTTLED' },
      { code: 'CONSUMER_TOLD', consumer: 'three' },
    ]);
  });

  it('whose answer is lost is sent again at once: readers take it twice', async () => {
    await openDue();
    scene.world.eventBridge.faults.add({ on: 'PutEvents', loseAnswer: true });
    const { told, logged } = await run();
    expect(told.map(({ detail }) => detail)).toEqual([told[0]?.detail, told[0]?.detail]);
    expect(logged).toMatchObject([{ code: 'CONSUMER_TOLD', eventId: told[1]?.id }]);
  });

  it('keeps the others of a run from being tried, which would fail like it', async () => {
    await open(Array.from({ length: 12 }, (_, index) => ({ name: `c${index}` })));
    scene.world.eventBridge.faults.add({ on: 'PutEvents', status: 400, times: 9 });
    const { calls, logged } = await run();
    expect([calls, logged.length]).toEqual([1, 12]);
    expect(new Set(logged.map(({ code }) => code))).toEqual(new Set(['CONSUMER_NOT_TOLD']));
  });
});

describe('nobody is called', () => {
  it('by an idle run', async () => {
    await openDue();
    await run();
    scene.world.clock.advance(5 * HOUR);
    expect((await run()).calls).toBe(0);
  });

  it('without a bus', async () => {
    await open([{}], { events: undefined });
    await run();
    scene.world.clock.advance(30 * DAY);
    expect([(await run()).calls, scene.world.eventBridge.calls]).toEqual([0, []]);
  });

  it.each(['plan', 'status'])('by a %s, which only looks', async (action) => {
    await openDue();
    await run();
    scene.world.clock.advance(HOUR);
    expect((await run({ action })).calls).toBe(0);
  });

  it('because of what somebody writes into a secret: its marker on the server says whose value it is', async () => {
    await openDue();
    await scene.run();
    scene.world.clock.advance(5 * HOUR);
    const { rotation } = await scene.value();
    await scene.edit({ url: 'https://elsewhere', rotation: { ...rotation, id: '0'.repeat(36) } });
    scene.auditor.accept();
    expect((await run()).told).toEqual([]);
  });
});

it('every event is as the page says', async () => {
  const page = readFileSync('docs/events.md', 'utf8');
  const [example, schema] = [...page.matchAll(/^```json\n(\{\n(?:.*\n)*?\}\n)```$/gm)].map(([, text = '']) =>
    JSON.parse(text),
  );
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const check = (detail: unknown) => [validate(detail), validate.errors];
  expect(check(example.detail)).toEqual([true, null]);
  await openDue();
  await run();
  for (let hours = 0; hours < 26; hours += 1) {
    scene.world.clock.advance(HOUR);
    await run();
  }
  const { events } = scene.world.eventBridge;
  expect(new Set(events.map((each) => each['detail-type']))).toEqual(new Set([PROMOTED, ENDS_SOON]));
  for (const { detail } of events) {
    expect(check(detail)).toEqual([true, null]);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(detail)));
  }
  expect(check({ ...events[0]?.detail, versionId: 7 })[0]).toBe(false);
});
