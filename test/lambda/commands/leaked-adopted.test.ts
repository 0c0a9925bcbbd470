import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import { RunFailedError } from '../../../lambda/engine/report/run-failed-error.ts';
import { aConfiguration, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { configure, spare, telegraf } from '../../builders/a-served-consumer.ts';

// 0 was made by hand, and is adopted. Then the token that the consumer has is said to have leaked (H26).

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const leaked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'it was in a log' };

const statusOf = (id: string) => scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id)?.status;
const doneIn = ({ actions }: ConsumerReport) => actions.map(({ kind, outcome }) => `${kind} ${outcome}`);
const only = async () => expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);

let valueOfZero = '';

/** The secret holds 0. */
async function adopting(adopt: (id: string) => ConsumerSettings['adopt'] = (id) => id): Promise<string> {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  const { id, token } = await scene.tokenByHand();
  await scene.put(JSON.stringify({ token }));
  valueOfZero = token;
  configure(scene, { adopt: adopt(id) });
  scene.world.clock.advance(HOUR);
  scene.auditor = scene.auditor.copy({ maxLive: 3 });
  return id;
}

/** An hour ago 0 was replaced by 1. */
async function adopted(): Promise<string> {
  const id = await adopting();
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  expect(statusOf(id)).toBe('active');
  return id;
}

describe('a command that says that the token leaked deletes the adopted one before it', () => {
  it('within the same invocation', async () => {
    const zero = await adopted();
    scene.watch();
    const report = consumerIn(await scene.run(leaked));
    expect(doneIn(report)).toEqual(['note-compromised done', 'rotate done', 'delete done', 'delete done']);
    expect([report.state, statusOf(zero)]).toEqual(['acting', undefined]);
    await only();
    expect(await scene.works()).toBe(true);
  });

  it.each([
    { action: 'rollback', consumer: 'telegraf', reason: 'a slip' },
    { action: 'reactivate', consumer: 'telegraf', for: '1h', reason: 'a slip' },
  ])('and $action afterwards says that it leaked, and gives nothing back', async (request) => {
    await adopted();
    await scene.run(leaked);
    expect(consumerIn(await scene.run(request))).toMatchObject({
      state: 'failed',
      why: { code: 'OLDER_TOKEN_COMPROMISED' },
    });
    await only();
  });

  it.each([
    ['its id', (id: string) => id],
    ['"auto"', () => 'auto' as const],
  ])('also where it is itself the one that the secret holds, and %s adopts it', async (_name, adopt) => {
    const zero = await adopting(adopt);
    scene.watch();
    const report = consumerIn(await scene.run(leaked));
    expect(doneIn(report)).toEqual(['rotate done', 'delete done']);
    expect([report.state, statusOf(zero)]).toEqual(['acting', undefined]);
    expect(await scene.works()).toBe(true);
  });

  it.each(['before', 'after'] as const)('in the next run, if the first one was killed %s any write', async (how) => {
    const writes = [
      'POST /api/v2/authorizations',
      'PutSecretValue',
      'UpdateSecretVersionStage',
      'DELETE /api/v2/authorizations/{id}',
    ];
    for (const operation of writes) {
      const zero = await adopted();
      await scene.runKilledAt((call) => call.operation === operation, how, leaked);
      scene.auditor.inspect();
      await scene.run();
      expect(statusOf(zero), operation).toBeUndefined();
      expect(await scene.works(), operation).toBe(true);
      scene.auditor.inspect();
      expect(scene.auditor.violations).toEqual([]);
      if (operation !== writes.at(-1)) await scene.close();
    }
  });

  it('if it is given again after it died while the secret held that token, and until then runs say that it lives', async () => {
    const zero = await adopting();
    await scene.runKilledAt(({ operation }) => operation.startsWith('DELETE'), 'before', leaked);
    scene.auditor.inspect();
    scene.world.clock.advance(HOUR);
    const turn = await scene.turn();
    expect(turn).toMatchObject({ state: 'blocked', obstacle: { code: 'LEAKED_LIVES', authorizationId: zero } });
    expect(turn.reason).toContain('give the command again (rotate telegraf --compromised)');
    expect(turn.tokens.find(({ authorizationId }) => authorizationId === zero)?.endsAt).toBeDefined();
    const again = consumerIn(await scene.run(leaked));
    expect([again.state, statusOf(zero)]).toEqual(['acting', undefined]);
    await only();
  });
});

describe('a command that says that the token leaked fails, and says how to end it, where the adopted one before it', () => {
  const why: Readonly<Record<string, [() => Promise<unknown>, string]>> = {
    'is adopted no more': [async () => configure(scene, { adopt: undefined }), 'delete it by hand (influx auth delete'],
    'was found by "auto", which sees it no more after this rotation': [
      async () => configure(scene, { adopt: 'auto' }),
      'delete it by hand (influx auth delete',
    ],
    'is in the secret of another consumer, too': [
      async () => {
        await also(JSON.stringify({ token: valueOfZero }));
      },
      'holds it',
    ],
    'may be in a secret that cannot be read': [
      async () => {
        await also('{"token":"something-else"}');
        await scene.world.secrets.send(new DeleteSecretCommand({ SecretId: other.secret, RecoveryWindowInDays: 7 }));
      },
      'another consumer, whose secret cannot be read, may hold it; to end it now, delete it by hand',
    ],
  };
  const other = { ...spare, name: 'other', secret: 'influxdb/acme/other', rotateEveryMs: 90 * DAY };
  async function also(SecretString: string): Promise<void> {
    await scene.world.secrets.send(new CreateSecretCommand({ Name: other.secret, SecretString }));
    const { configuration } = scene.world;
    scene.world.configuration = { ...configuration, consumers: [...configuration.consumers, other] };
    scene.auditor.accept();
  }

  it.each(Object.entries(why))('%s', async (_name, [change, says]) => {
    const zero = await adopted();
    await change();
    scene.auditor.accept();
    const failure: unknown = await scene.world.run(leaked).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFailedError);
    const report = consumerIn((failure as RunFailedError).report);
    expect(report).toMatchObject({ state: 'blocked', obstacle: { code: 'LEAKED_LIVES', authorizationId: zero } });
    expect(report.reason).toContain(says);
    expect([statusOf(zero), await scene.works()]).toEqual(['active', true]);
    await only();
  });
});
