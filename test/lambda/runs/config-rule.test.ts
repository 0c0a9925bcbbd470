import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleAnswer } from '../../../lambda/config-rule/answer-rule.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import { type ConfigServiceServer, startConfigService } from '../../../local/aws-config/server.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

const NAMES = ['telegraf', 'grafana', 'loader'];

let scene: Scene;
let config: ConfigServiceServer;
beforeEach(async () => {
  scene = await Scene.open({ configuration: aConfiguration(NAMES.map((name) => aConsumer({ name }))) });
  config = await startConfigService({ now: scene.world.clock.now });
  await scene.run();
});
afterEach(async () => {
  const values = [...scene.world.secretsManager.store.secrets()].flatMap(({ versions }) =>
    [...versions.values()].flatMap(({ value = '' }) => /"token":\s*"([^"]+)"/.exec(value)?.[1] ?? []),
  );
  expect(values.length).toBeGreaterThan(2);
  const told = JSON.stringify([...config.evaluated]);
  expect(values.filter((value) => told.includes(value))).toEqual([]);
  await config.close();
  await scene.close();
});

/** The function answers a question. */
async function answer(event: object, options: Partial<HandlerOptions> = {}, { world } = scene): Promise<RuleAnswer> {
  const answered: unknown = await world.run(event, { endpoints: { config: config.url }, ...options });
  return answered as RuleAnswer;
}

/** AWS Config asks. */
const ask = (differs: object = {}, options: Partial<HandlerOptions> = {}): Promise<RuleAnswer> =>
  answer({ ...config.ask(), ...differs }, options);

/** What Config knows, by the secret's name. */
const known = () =>
  Object.fromEntries(
    [...config.evaluated].map(([arn, { compliance, annotation }]) => [
      arn.replace(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:influxdb\/acme\/(\w+)-\w{6}$/, '$1'),
      `${compliance} ${annotation}`,
    ]),
  );

function configure(name: string, settings: Parameters<typeof aConsumer>[0]): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => (each.name === name ? { ...each, ...settings } : each));
  scene.world.configuration = { ...configuration, consumers };
}

describe('AWS Config is told of each secret', () => {
  it('that it is compliant', async () => {
    expect(await ask()).toEqual({
      ...{ rule: 'influxdb-tokens', compliant: 3, nonCompliant: 0, notApplicable: 0, leftOut: [] },
    });
    expect(known()).toEqual({
      telegraf: 'COMPLIANT telegraf: next rotation in 30 days',
      grafana: 'COMPLIANT grafana: next rotation in 30 days',
      loader: 'COMPLIANT loader: next rotation in 30 days',
    });
    expect([...config.evaluated.values()].map(({ type, at }) => [type, at])).toContainEqual([
      'AWS::SecretsManager::Secret',
      scene.world.clock.now(),
    ]);
  });

  it('what is wrong with it, that it is exempt, and that it is retired', async () => {
    const { clock } = scene.world;
    configure('grafana', { exception: { reason: 'a repair', approvedBy: 'ada', until: clock.now() + 90 * DAY } });
    configure('loader', { retired: true });
    clock.advance(40 * DAY);
    await ask();
    const loader = expect.stringMatching(/^NOT_APPLICABLE loader: retired/);
    expect(known()).toEqual({
      telegraf: expect.stringMatching(
        /^NON_COMPLIANT telegraf: TOKEN_OVERDUE: its current token, authorization \w+, is older than "maxTokenAge" since 2026-02-05T/,
      ),
      grafana: 'NOT_APPLICABLE grafana: exempt until 2026-04-01T00:00:00.000Z, as approved by ada: a repair',
      loader: expect.not.stringMatching(/^COMPLIANT/),
    });
    // Its token is replaced, and the old one ends.
    clock.advance(60 * DAY);
    for (let runs = 0; runs < 3; runs += 1) {
      await scene.run();
      clock.advance(2 * DAY);
    }
    await ask();
    expect(known()).toMatchObject({
      grafana: expect.stringMatching(/^NON_COMPLIANT grafana: EXCEPTION_EXPIRED: its exception ended at 2026-04-01/),
      loader,
    });
  });

  it('and nothing else is done: what is due is left for the next run', async () => {
    scene.world.clock.advance(31 * DAY);
    const before = scene.rows;
    await ask();
    expect(scene.rows).toEqual(before);
  });

  it('a hundred at a time', async () => {
    const many = Array.from({ length: 205 }, (_, index) => aConsumer({ name: `c${index}`, secret: `acme/c${index}` }));
    const large = await Scene.open({ configuration: aConfiguration(many) });
    await large.run();
    await answer(config.ask(), {}, large);
    await large.close();
    expect(config.evaluated.size).toBe(205);
    expect(config.calls).toHaveLength(3);
  });
});

describe('of what a run does not know, Config is told nothing, and what it knew stays', () => {
  it('a secret that does not exist', async () => {
    configure('loader', { secret: 'influxdb/acme/other' });
    expect(await ask()).toMatchObject({ compliant: 2, leftOut: ['loader'] });
    expect(Object.keys(known())).toEqual(['telegraf', 'grafana']);
  });

  it('nothing at all, because the look failed', async () => {
    scene.world.influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, status: 503 });
    await expect(ask()).rejects.toThrow('the run failed');
    expect(config.calls).toEqual([]);
  });
});

describe('an answer that Config does not take fails the invocation', () => {
  it.each([['it does not know the token', { resultToken: 'made up' }, 'InvalidResultTokenException']])(
    '%s',
    async (_, differs, message) => {
      await expect(ask(differs)).rejects.toThrow(message);
      expect(config.evaluated.size).toBe(0);
    },
  );

  it('one secret is not taken: the others are told all the same', async () => {
    const many = Array.from({ length: 105 }, (_, index) => aConsumer({ name: `c${index}`, secret: `acme/c${index}` }));
    const large = await Scene.open({ configuration: aConfiguration(many) });
    await large.run();
    const body = JSON.stringify({ FailedEvaluations: [{ ComplianceResourceId: 'arn:one' }] });
    config.faults.add({ on: 'PutEvaluations', status: 200, body });
    await expect(answer(config.ask(), {}, large)).rejects.toThrow(/FailedEvaluations: arn:one/);
    await large.close();
    expect(config.calls).toHaveLength(2);
    expect(config.evaluated.size).toBe(5);
  });

  it('the right is missing', async () => {
    config.faults.add({ on: () => true, status: 403 });
    await expect(ask()).rejects.toThrow(
      "AWS Config: PutEvaluations failed with AccessDeniedException: not authorized to perform: config:PutEvaluations: allow config:PutEvaluations on * in the policy of the function's role",
    );
  });
});

describe('an event that somebody made up is refused before anything is looked at', () => {
  const invoking = (differs: object) => ({
    invokingEvent: JSON.stringify({ ...JSON.parse(config.ask().invokingEvent), ...differs }),
  });
  it.each<[string, () => object, string]>([
    ['of another account', () => ({ accountId: '210987654321' }), 'is not about the account of this function'],
    ['of another account, in its text', () => invoking({ awsAccountId: '210987654321' }), 'is not about the account'],
    [
      'of the rule of another account',
      () => ({ configRuleArn: 'arn:aws:config:us-east-1:210987654321:config-rule/config-rule-a' }),
      'is not about the account',
    ],
    [
      'of the rule of another Region',
      () => ({ configRuleArn: 'arn:aws:config:eu-central-1:123456789012:config-rule/config-rule-a' }),
      'the rule of AWS Config is in Region eu-central-1, and this function in us-east-1',
    ],
    [
      'of a change',
      () => invoking({ messageType: 'ConfigurationItemChangeNotification' }),
      'at invokingEvent.messageType: its rule must be a periodic one',
    ],
    ['that is no JSON', () => ({ invokingEvent: '{' }), 'is not understood, at invokingEvent.'],
    ['without a token', () => ({ resultToken: '' }), 'is not understood, at resultToken'],
    [
      'of a time to come',
      () => invoking({ notificationCreationTime: '2030-01-01T00:00:00.000Z' }),
      'is not of this day',
    ],
    [
      'of a time long ago',
      () => invoking({ notificationCreationTime: '2025-12-01T00:00:00.000Z' }),
      'is not of this day',
    ],
  ])('%s', async (_, differs, message) => {
    const before = scene.world.calls;
    await expect(ask(differs())).rejects.toThrow(message);
    expect([scene.world.calls, config.calls.length]).toEqual([before, 0]);
  });
});

it('an answer to an older question does not take the place of a newer one', async () => {
  const old = config.ask();
  scene.world.clock.advance(HOUR);
  await ask();
  await answer(old);
  expect([...config.evaluated.values()].map(({ at }) => at)).toEqual(NAMES.map(() => scene.world.clock.now()));
});
