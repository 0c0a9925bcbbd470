import { afterEach, describe, expect, it } from 'vitest';
import type { EventCode } from '../../../lambda/log/events.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { callsOf, DELETION, MINT } from '../../builders/a-trace.ts';

// What a put would find out is found out by the look before the mint, where AWS shows it, and else tried once a day.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  expect(scene.world.leaks()).toEqual([]);
  await scene.close();
});

const telegraf = aConsumer();
const lives = () => scene.rows.filter(({ status }) => status === 'active').length;
const mints = () => callsOf(scene, MINT);

/** A consumer that was served, and whose next mint is wanted now. */
const WANTED = {
  'a rotation that is due': async () => {
    scene.world.clock.advance(30 * DAY);
  },
  'a token that is missing': async () => {
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
  },
  'a value that somebody put': async () => {
    await scene.put('{"token":"by-hand"}');
    scene.auditor.accept();
  },
} as const;
type Wanted = keyof typeof WANTED;

async function open(wanted: Wanted): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, aConsumer({ name: 'spare' })]) });
  const { world } = scene;
  world.configuration = { ...world.configuration, consumers: [telegraf] };
  await scene.run();
  world.clock.advance(2 * DAY);
  await WANTED[wanted]();
  world.influxdb.calls.length = 0;
}

const ROLE = 'arn:aws:sts::123456789012:assumed-role/rotation/run';
/** In AWS's words. */
const REFUSALS: Readonly<Record<string, readonly [exception: string, message: string]>> = {
  'a right that the role lacks': [
    'AccessDeniedException',
    `User: ${ROLE} is not authorized to perform: secretsmanager:PutSecretValue on resource: x because no identity-based policy allows the secretsmanager:PutSecretValue action`,
  ],
  'a resource policy that denies it': [
    'AccessDeniedException',
    `User: ${ROLE} is not authorized to perform: secretsmanager:PutSecretValue on resource: x with an explicit deny in a resource-based policy`,
  ],
  'a key that the role may not use': ['AccessDeniedException', 'Access to KMS is not allowed'],
  'a key that is disabled': ['EncryptionFailure', 'The key is disabled'],
  'a request that is not valid for this secret': ['InvalidRequestException', 'no'],
};

function refusePuts(exception: string, message: string, times = Number.POSITIVE_INFINITY): void {
  const body = JSON.stringify({ __type: exception, message });
  scene.world.secretsManager.faults.add({ on: 'PutSecretValue', status: 400, body, times });
}

const mend = () => scene.world.secretsManager.faults.clear();

describe.each(Object.keys(WANTED) as Wanted[])(
  'the look before the mint finds, and nothing is made, for %s',
  (wanted) => {
    it.each<[string, object, object, string]>([
      [
        'a replica',
        { primaryRegion: 'eu-west-1' },
        { code: 'SECRET_IS_REPLICA', secret: telegraf.secret, primaryRegion: 'eu-west-1' },
        'is a replica of the one in Region eu-west-1, and takes no value here: deploy this consumer there',
      ],
      [
        'a secret of another service',
        { owningService: 'rds' },
        { code: 'SECRET_OF_A_SERVICE', secret: telegraf.secret, service: 'rds' },
        'is managed by another service (rds), which alone may write it: give this consumer a secret of its own',
      ],
    ])('%s', async (_what, change, obstacle, text) => {
      await open(wanted);
      const { secretsManager, influxdb } = scene.world;
      const secret = secretsManager.store.secret(scene.secret);
      Object.assign(secret ?? {}, change);
      const plan = (await scene.run('plan')).consumers[0];
      expect(plan).toMatchObject({ state: 'failed', obstacle, reason: expect.stringContaining(text) });
      influxdb.calls.length = 0;
      secretsManager.calls.length = 0;
      await scene.runFor(2 * DAY);
      expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle, actions: [] });
      expect([mints(), callsOf(scene, 'PutSecretValue')]).toEqual([0, 0]);
      Object.assign(secret ?? {}, { primaryRegion: undefined, owningService: undefined });
      await scene.run();
      expect(await scene.works()).toBe(true);
    });

    it('a secret of a partner, which has a type', async () => {
      await open(wanted);
      scene.world.secretsManager.faults.add({
        ...{ on: 'DescribeSecret', times: Number.POSITIVE_INFINITY },
        rewrite: (answer) => ({
          ...answer,
          body: JSON.stringify({ ...JSON.parse(String(answer.body)), Type: 'SalesforceClientSecret' }),
        }),
      });
      scene.world.secretsManager.calls.length = 0;
      const obstacle = { code: 'SECRET_OF_A_SERVICE', secret: telegraf.secret, service: 'SalesforceClientSecret' };
      expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle, actions: [] });
      expect([mints(), callsOf(scene, 'PutSecretValue')]).toEqual([0, 0]);
    });

    it('but not a primary that is replicated elsewhere', async () => {
      await open('a rotation that is due');
      Object.assign(scene.world.secretsManager.store.secret(scene.secret) ?? {}, { primaryRegion: 'us-east-1' });
      expect(await scene.turn()).toMatchObject({ state: 'acting', actions: [{ kind: 'rotate', outcome: 'done' }] });
    });
  },
);

describe.each(Object.keys(WANTED) as Wanted[])('a put that is refused for certain, for %s', (wanted) => {
  it.each(Object.keys(REFUSALS))(
    '%s: is tried once a day, leaves nothing live, and works once it is mended',
    async (what) => {
      await open(wanted);
      const before = lives();
      refusePuts(...(REFUSALS[what] ?? ['', '']));
      const codes: EventCode[] = [];
      await scene.run('run', { log: (code) => codes.push(code) });
      expect(codes).toContain('ROTATION_PAUSED');
      const [note] = scene.rows.filter(({ description }) => description.endsWith(' put-refused'));
      expect(note?.status).toBe('inactive');
      scene.world.clock.advance(HOUR);
      const turn = await scene.turn();
      expect(turn).toMatchObject({
        ...{ state: 'failed', actions: [] },
        obstacle: { code: 'PUT_REFUSED', secret: telegraf.secret, authorizationId: note?.id },
        reason: expect.stringMatching(
          /, but secret \S+ did not take the last new value: a policy or its key refused it, and ACTION_FAILED of that run says what to allow; authorization \w+, which never worked, is the note of it; the next try is after \S+, or in the next run once that authorization is deleted$/,
        ),
      });
      expect(Date.parse(turn.obstacle?.until ?? '') - scene.world.clock.now()).toBeLessThanOrEqual(DAY);
      await scene.runFor(2 * DAY - HOUR);
      expect(mints()).toBeLessThanOrEqual(3);
      expect(lives()).toBe(before);
      expect(scene.rows.filter(({ status }) => status === 'inactive').length).toBeLessThanOrEqual(1);

      mend();
      await scene.runFor(DAY + HOUR);
      expect(await scene.works()).toBe(true);
      expect((await scene.turn()).state).not.toBe('failed');
      await scene.runFor(5 * DAY);
      expect(scene.rows).toHaveLength(1);
    },
  );
});

it.each(['a rotation that is due', 'a token that is missing'] as const)(
  'a promotion whose right is missing is tried once a day, too, for %s',
  async (wanted) => {
    await open(wanted);
    const before = lives();
    const fault = { ...refusal('AccessDeniedException'), times: Number.POSITIVE_INFINITY };
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...fault });
    const first = await scene.turn();
    expect(first.tokens.find(({ role }) => role === 'pending')?.status).toBe('inactive');
    await scene.runFor(2 * DAY);
    expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle: { code: 'PUT_REFUSED' } });
    expect(mints()).toBeLessThanOrEqual(3);
    expect(lives()).toBe(before);
    expect(scene.rows.filter(({ status }) => status === 'inactive')).toHaveLength(1);
    mend();
    await scene.runFor(DAY + HOUR);
    expect(await scene.works()).toBe(true);
    await scene.runFor(5 * DAY);
    expect(scene.rows).toHaveLength(1);
  },
);

describe('the next run tries again', () => {
  it('once somebody deletes the authorization that is the note', async () => {
    await open('a token that is missing');
    refusePuts('AccessDeniedException', 'no');
    await scene.run();
    mend();
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).obstacle).toMatchObject({ code: 'PUT_REFUSED' });
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${scene.rows.at(-1)?.id}`);
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  });

  it.each([
    ['after a put that was throttled', { status: 429, times: 50 }],
    ['after a put that was not answered', { loseAnswer: true, times: 50 }],
    ['after a secret that was gone for a moment', refusal('ResourceNotFoundException')],
    ['after credentials that are over', refusal('ExpiredTokenException')],
  ])('%s', async (_what, fault) => {
    await open('a token that is missing');
    scene.world.secretsManager.faults.add({ on: 'PutSecretValue', ...fault });
    await scene.run();
    mend();
    expect(scene.rows.filter(({ description }) => description.includes('put-refused'))).toEqual([]);
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(await scene.works()).toBe(true);
  });

  it('if InfluxDB does not take the note: then the new token is deleted, as after any other failure', async () => {
    await open('a rotation that is due');
    refusePuts('AccessDeniedException', 'no', 1);
    scene.world.influxdb.faults.add({ on: ({ method }) => method === 'PATCH', status: 403 });
    await scene.run();
    expect(callsOf(scene, DELETION)).toBe(1);
    expect(scene.rows).toHaveLength(1);
  });
});

describe('a note that somebody copied', () => {
  const copied = () => {
    const marker = scene.rows.find(({ description }) => description.includes('/telegraf/'))?.description.split(' ')[0];
    return `${marker} put-refused`;
  };

  it('to a row of somebody else stops nothing, not even an hour', async () => {
    await open('a rotation that is due');
    const { id } = await scene.tokenByHand(copied(), 'svc-spare');
    await scene.setStatus(id, 'inactive');
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).actions).toContainEqual(expect.objectContaining({ kind: 'rotate', outcome: 'done' }));
    await scene.runFor(3 * DAY);
    expect(scene.rows).toHaveLength(1);
  });

  it.each(['a rotation that is due', 'a token that is missing'] as const)(
    'to rows of the configured owner stops %s for a day at most, however often it is renewed',
    async (wanted) => {
      await open('a rotation that is due');
      const description = copied();
      if (wanted === 'a token that is missing') await WANTED[wanted]();
      const current = (await scene.value()).rotation.id;
      let hours = 0;
      for (; (await scene.value()).rotation.id === current && hours < 72; hours += 1) {
        if (hours % 3 === 0) {
          const { id } = await scene.tokenByHand(description);
          await scene.setStatus(id, 'inactive');
          scene.world.clock.advance(HOUR);
        }
        scene.world.clock.advance(HOUR);
        await scene.run();
      }
      expect(hours).toBeLessThanOrEqual(25);
      expect(await scene.works()).toBe(true);
    },
  );
});

function refusal(type: string): { readonly status: number; readonly body: string } {
  return { status: 400, body: JSON.stringify({ __type: type, message: 'no' }) };
}
