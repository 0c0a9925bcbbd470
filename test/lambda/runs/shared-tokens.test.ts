import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { tokenHash } from '../../../lambda/engine/document/document.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { put } from '../../builders/a-world.ts';

// Two consumers have one token that somebody made by hand, and one of them adopts it.

let scene: Scene;
let shared: { readonly id: string; readonly token: string };
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const MODES: readonly TokenMode[] = ['plain', 'hashed', 'cloud'];
/** On Cloud one user owns everything, so that only the id tells which authorization is meant. */
const WAYS = (tokens: TokenMode) => (tokens === 'cloud' ? (['its id'] as const) : (['"auto"', 'its id'] as const));
const adopting = (way: string) => ({ adopt: way === 'its id' ? shared.id : ('auto' as const) });
const STUCK = { access: { kind: 'buckets', read: ['unknown'], write: [] } } as const;

async function open(
  tokens: TokenMode,
  hers: Partial<ConsumerSettings>,
  theirs: Partial<ConsumerSettings> = {},
): Promise<void> {
  const owner = tokens === 'cloud' ? undefined : 'svc-telegraf';
  const consumers = [aConsumer({ owner, ...hers }), aConsumer({ name: 'grafana', owner })];
  scene = await Scene.open({ tokens, configuration: aConfiguration(consumers) });
  shared = await scene.tokenByHand('made by hand', owner ?? '');
  for (const { secret } of consumers) await put(scene.world, secret, JSON.stringify({ token: shared.token }));
  configure('grafana', theirs);
}

function configure(consumer: string, change: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => (each.name === consumer ? { ...each, ...change } : each));
  scene.world.configuration = { ...configuration, consumers };
  scene.auditor.accept();
}

const status = () => scene.world.influxdb.store.tables.authorizations.get(shared.id)?.status;
const codesOf = ({ notes }: ConsumerReport) =>
  notes.filter(({ authorizationId }) => authorizationId === shared.id).map(({ code }) => code);
/** The notices that advise to do something with the shared token. */
const advice = ({ notices }: RunReport) => notices.filter(({ authorizationId }) => authorizationId === shared.id);

async function hours(count: number): Promise<RunReport> {
  let report = await scene.run();
  for (let hour = 1; hour < count; hour += 1) {
    scene.world.clock.advance(HOUR);
    report = await scene.run();
  }
  return report;
}

describe.each(MODES)('on a server with tokens %s, a shared token that is adopted', (tokens) => {
  it('is announced by the plan as adopted later, for whom, and nobody is told to adopt it', async () => {
    await open(tokens, {});
    configure('telegraf', adopting(WAYS(tokens)[0]));
    const report = await scene.run('plan');
    expect(codesOf(consumerIn(report))).toEqual(['ADOPTS_LATER']);
    expect(consumerIn(report).notes.map(({ note }) => note)).toContain(
      `authorization ${shared.id} is adopted later, because the secret of consumer grafana holds it, too: it is switched off and deleted once every one of them has had a token of its own for a grace period`,
    );
    expect(advice(report)).toEqual([]);
    expect(report.notices.map(({ code }) => code)).toEqual(['SHARED_VALUE']);
    expect([scene.rows, status()]).toEqual([[], 'active']);
  });

  it.each(WAYS(tokens))(
    'by %s ends after both have moved on, and nothing else is said of it until then',
    async (way) => {
      await open(tokens, {});
      configure('telegraf', adopting(way));
      expect(codesOf(consumerIn(await scene.run('plan')))).toEqual(['ADOPTS_LATER']);
      const first = await hours(1);
      expect(codesOf(consumerIn(first))).toEqual(['ADOPTS_LATER']);
      scene.world.clock.advance(HOUR);
      const report = await hours(23);
      expect(advice(report)).toEqual([]);
      expect(codesOf(consumerIn(report))).toEqual(['USED_BY_ANOTHER']);
      expect(status()).toBe('active');
      scene.world.clock.advance(3 * HOUR);
      await hours(1);
      expect(status()).toBe('inactive');
      await hours(27);
      expect([status(), scene.rows.length]).toEqual([undefined, 2]);
    },
  );

  it.each(WAYS(tokens))('by %s waits for a consumer that cannot be served, and then for its readers', async (way) => {
    await open(tokens, {}, STUCK);
    configure('telegraf', adopting(way));
    for (let day = 0; day < 4; day += 1) {
      const report = await scene.run();
      expect([status(), advice(report)]).toEqual(['active', []]);
      scene.world.clock.advance(DAY);
    }
    configure('grafana', { access: aConsumer().access });
    await hours(23);
    expect(status()).toBe('active');
    await scene.runFor(4 * DAY);
    expect(status()).toBeUndefined();
  });

  it('waits for the longer grace period of the other one', async () => {
    await open(tokens, {}, { gracePeriodMs: 3 * DAY });
    configure('telegraf', adopting(WAYS(tokens)[0]));
    await hours(71);
    expect(status()).toBe('active');
    await scene.runFor(3 * DAY);
    expect(status()).toBeUndefined();
  });
});

it('where the server hides tokens, one that another secret may hold is not ended because somebody names it too late', async () => {
  await open('hashed', {}, STUCK);
  await scene.run();
  scene.world.clock.advance(40 * DAY);
  await scene.run();
  scene.world.clock.advance(2 * DAY);
  // By now neither label of the adopter's secret is on the token.
  configure('telegraf', { adopt: shared.id });
  const report = await hours(40);
  expect(consumerIn(report).notes).toContainEqual(
    expect.objectContaining({ code: 'USED_BY_ANOTHER', why: 'the secret of consumer grafana may hold it' }),
  );
  expect(status()).toBe('active');
});

it('where the server hides tokens, one that another secret holds is not ended, whatever the ledger of its adopter says of it', async () => {
  await open('hashed', {}, STUCK);
  configure('telegraf', { adopt: shared.id });
  await scene.run();
  const { rotation } = await scene.value();
  const since = new Date(scene.world.clock.now()).toISOString();
  const forged = {
    authorizationId: '00000000000000aa',
    userId: '00000000000000bb',
    tokenHash: tokenHash(shared.token),
  };
  await scene.edit({ rotation: { ...rotation, superseded: [{ ...forged, since }] } });
  scene.auditor.accept();
  await scene.runFor(4 * DAY);
  expect(status()).toBe('active');
});

it('the advice on a token that nobody adopts names the secrets that hold it', async () => {
  await open('plain', {});
  const report = await scene.run('plan');
  expect(consumerIn(report).notes).toContainEqual(
    expect.objectContaining({ code: 'OLD_TOKEN_REMAINS', consumers: ['grafana'] }),
  );
  expect(advice(report)).toMatchObject([{ code: 'UNMANAGED_TOKEN', consumers: ['telegraf', 'grafana'] }]);
});

describe('a token that many consumers share', () => {
  async function sizes(count: number): Promise<{ answer: number; log: number; longest: number; notices: string[] }> {
    const consumers = Array.from({ length: count }, (_, index) =>
      aConsumer({ name: `application-${index}`, owner: 'svc-telegraf' }),
    );
    scene = await Scene.open({
      configuration: aConfiguration(consumers),
      initialValue: () => '{"token":"shared-by-hand-0123456789"}',
    });
    let log = 0;
    let longest = 0;
    const report = await scene.run('plan', {
      log: (_code, fields) => {
        const bytes = Buffer.byteLength(JSON.stringify(fields));
        log += bytes;
        longest = Math.max(longest, bytes);
      },
    });
    const notices = report.notices.map(({ code }) => code);
    return { answer: Buffer.byteLength(JSON.stringify(report)), log, longest, notices };
  }

  it('makes report and log grow no faster than the consumers', async () => {
    const some = await sizes(100);
    await scene.close();
    const many = await sizes(400);
    expect(many.answer / some.answer).toBeLessThan(4.2);
    expect(many.log / some.log).toBeLessThan(4.2);
    expect([many.notices, many.longest < 8_000]).toEqual([['SHARED_VALUE'], true]);
  });
});
