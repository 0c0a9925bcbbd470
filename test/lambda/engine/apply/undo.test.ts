import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../../lambda/calls/call-error.ts';
import type { NewToken } from '../../../../lambda/engine/apply/new-token.ts';
import { RotationError } from '../../../../lambda/engine/apply/rotation-error.ts';
import { activate } from '../../../../lambda/engine/apply/store-and-activate.ts';
import { undo } from '../../../../lambda/engine/apply/undo.ts';
import { formatMarker, identityOf, markerHash, parseMarker } from '../../../../lambda/engine/document/marker.ts';
import type { Log } from '../../../../lambda/log/log.ts';
import { aConsumer } from '../../../builders/a-configuration.ts';
import { versionOf } from '../../../builders/a-scenario.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { type OpenServices, servicesOf } from '../../../builders/a-services.ts';
import { openNew } from '../../../builders/a-trace.ts';

const ROTATION = versionOf('new');

let scene: Scene;
let services: OpenServices;
/** What was logged. */
let told: string[];
/** The reason of the last line. */
let reason: unknown;
let token: NewToken;

beforeEach(async () => {
  scene = await openNew();
  told = [];
  const log: Log = (code, fields) => {
    told.push(code);
    reason = 'reason' in fields ? fields.reason : undefined;
  };
  services = { ...servicesOf(scene.world), log };
  token = await minted();
});
afterEach(async () => {
  await services.close();
  await scene.close();
});

/** A new token as it is after its mint: inactive, and in no secret. */
async function minted(): Promise<NewToken> {
  const { arn = '', current = '' } = (await services.store.describe(scene.secret)) ?? {};
  const identity = identityOf('prod', 'telegraf', arn);
  const { admin, bucketIds, userIds } = scene.world;
  const resource = { type: 'buckets', orgID: admin.orgId, id: bucketIds.get('telemetry') ?? '' };
  const authorization = await services.influxdb.createAuthorization({
    ...{ orgId: admin.orgId, userId: userIds.get('svc-telegraf') ?? '', status: 'inactive' },
    ...{ description: formatMarker(identity, ROTATION), permissions: [{ action: 'read', resource }] },
  });
  const start = { secretId: arn, identity, versionId: current, text: '{}' };
  const made = { mayStillLand: false, stored: false, live: false, asked: '0'.repeat(32) };
  return { settings: aConsumer(), start, authorization, rotationId: ROTATION, ...made };
}

/** It is stored under AWSPENDING, and works. */
async function storeAndActivate(): Promise<void> {
  await services.store.putPending(token.start.secretId, ROTATION, JSON.stringify({ token: token.authorization.token }));
  token.stored = true;
  await activate(services, token);
}

const refused = new CallError('SECRETS_MANAGER_REFUSED', 'refused', 'AWSCURRENT is elsewhere');
const status = () => scene.statusOf(token.authorization.id);

it('the call that activates a token notes in its marker whose value it is (H2)', async () => {
  await activate(services, token);
  const row = scene.rows.find(({ id }) => id === token.authorization.id);
  expect(row?.status).toBe('active');
  expect(parseMarker(row?.description ?? '')).toEqual({
    ...token.start.identity,
    ...{ rotationId: ROTATION, tokenHash: markerHash(token.authorization.token), adopted: false, putRefused: false },
    ...{ compromised: false, ended: false },
  });
  expect(told).toEqual(['TOKEN_ACTIVATED']);
});

describe('a new token that failed for certain', () => {
  it('is gone, with its label', async () => {
    await storeAndActivate();
    await undo(services, token, refused);
    expect(status()).toBeUndefined();
    expect(told.at(-1)).toBe('ROTATION_UNDONE');
    expect((await services.store.describe(scene.secret))?.pending).toBeUndefined();
  });

  const denied = {
    status: 400,
    body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
  };

  it('is gone, and its label is said to be left where it could not be taken off', async () => {
    await storeAndActivate();
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...denied });
    await undo(services, token, refused);
    expect(status()).toBeUndefined();
    expect((await services.store.describe(scene.secret))?.pending).toBe(ROTATION);
    expect(told.at(-1)).toBe('ROTATION_LEFT');
    expect(reason).toMatch(
      /^its token was deleted, but AWSPENDING could not be taken off its version, which does no harm, and goes to the next rotation's: Secrets Manager: UpdateSecretVersionStage failed with AccessDeniedException: no: allow secretsmanager:UpdateSecretVersionStage on arn:\S+ in the policy of the role$/,
    );
    expect((await scene.recover()).works).toBe(true);
  });

  it("is gone where another run's version has the label by now", async () => {
    await storeAndActivate();
    scene.world.secretsManager.faults.add({
      on: 'UpdateSecretVersionStage',
      before: async () => void (await services.store.putPending(token.start.secretId, versionOf('other'), '{}')),
    });
    await undo(services, token, refused);
    expect(status()).toBeUndefined();
    expect(told.at(-1)).toBe('ROTATION_UNDONE');
    expect((await services.store.describe(scene.secret))?.pending).toBe(versionOf('other'));
  });

  it('is gone where it was neither stored nor activated, and no secret is looked at for it', async () => {
    scene.world.secretsManager.calls.length = 0;
    await undo(services, token, refused);
    expect(status()).toBeUndefined();
    expect(scene.world.secretsManager.calls).toEqual([]);
  });

  it.each([
    ['without a document', (value: string) => JSON.stringify({ token: value })],
    ['beside what is no document of ours', (value: string) => JSON.stringify({ token: value, rotation: {} })],
    ['as a plain token', (value: string) => value],
    ['as people copy it', (value: string) => ` Token ${value}\n`],
    ['as some programs write it', (value: string) => JSON.stringify({ token: value }).replaceAll('=', '\\u003d')],
  ])('stays where somebody put its value into the current version by hand (H3): %s', async (_name, text) => {
    await storeAndActivate();
    await scene.put(text(token.authorization.token));
    await undo(services, token, refused);
    expect(status()).toBe('active');
    expect(told.at(-1)).toBe('ROTATION_LEFT');
  });

  it('stays where the current version cannot be looked at', async () => {
    await storeAndActivate();
    scene.world.secretsManager.faults.add({
      ...{ on: 'GetSecretValue', status: 400 },
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
    });
    await undo(services, token, refused);
    expect(status()).toBe('active');
    expect(told.at(-1)).toBe('ROTATION_LEFT');
  });
});

it.each<[string, () => unknown]>([
  ['a call about it was not answered', () => Object.assign(token, { mayStillLand: true }) && refused],
  [
    'its promotion may still take effect',
    () => new RotationError('PROMOTION_UNCERTAIN', 'no answer', { mayStillLand: true }),
  ],
])('a new token stays where %s', async (_name, error) => {
  await storeAndActivate();
  await undo(services, token, error());
  expect(status()).toBe('active');
  expect(told.at(-1)).toBe('ROTATION_LEFT');
});
