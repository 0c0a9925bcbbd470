import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../../../lambda/calls/call-error.ts';
import { ChangedBeforeEndError, type DecidedOn, lastGuard } from '../../../../lambda/engine/apply/last-guard.ts';
import { formatMarker, type Identity, identityOf, markerHash } from '../../../../lambda/engine/document/marker.ts';
import type { ConsumerProtections } from '../../../../lambda/engine/observe/protections.ts';
import type { EndStep } from '../../../../lambda/engine/plan/steps.ts';
import type { SecretDescription } from '../../../../lambda/secrets-manager/secret.ts';
import { MINUTE, SECOND } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { type OpenServices, servicesOf } from '../../../builders/a-services.ts';
import { openNew } from '../../../builders/a-trace.ts';

const HASH = markerHash('the token');

let scene: Scene;
let services: OpenServices;
/** The token that is to be ended: nothing but the guard stands between it and its end. */
let id: string;
let identity: Identity;
/** What its description begins with. */
let marker: string;

beforeEach(async () => {
  scene = await openNew();
  await scene.run();
  services = servicesOf(scene.world);
  id = await scene.currentId();
  const { arn = '' } = (await services.store.describe(scene.secret)) ?? {};
  identity = identityOf('prod', 'telegraf', arn);
  marker = formatMarker(identity, (await scene.value()).rotation.id, { tokenHash: HASH });
});
afterEach(async () => {
  await services.close();
  await scene.close();
});

const step = (kind: EndStep['kind'], rest: Partial<EndStep> = {}): EndStep => ({
  ...{ kind, authorizationId: id, reason: { code: 'GRACE_OVER', authorizationId: id }, countsSince: undefined },
  ...{ compromised: false, identity, adopted: false, aside: false },
  ...rest,
});

type InUse = ConsumerProtections['inUse'];
const decidedOn = (description: SecretDescription | undefined, inUse: InUse = () => undefined): DecidedOn => ({
  ...{ secretId: scene.secret, description, protections: { of: () => undefined, inUse } },
});

/** What the guard finds, or why it stops the write. */
async function guarded(kind: EndStep['kind'], rest: Partial<EndStep> = {}, inUse?: InUse): Promise<string> {
  try {
    const seen = await services.store.describe(scene.secret);
    const found = await lastGuard(services, step(kind, rest), decidedOn(seen, inUse));
    return found.kind === 'found' ? found.row.status : found.kind;
  } catch (error) {
    if (error instanceof ChangedBeforeEndError) return error.message.replace(id, 'it');
    throw error;
  }
}

const patch = (body: object) => scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, body);
/** What an operator writes behind the marker. */
const note = (text: string) => patch({ description: `${marker} ${text}` });
const KEEP = 'keep-until=2099-01-01';
const wasKept = 'did not switch off authorization it: it is to be kept now; the next run looks again';

describe('right before a token is switched off', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['as it was', async () => {}, 'active'],
    ['kept', () => note(KEEP), wasKept],
    ['kept for good, by mistake', () => note('keep-until=soon'), wasKept],
    ['kept until a day that has passed', () => note('keep-until=2025-01-01'), 'active'],
    [
      'switched off',
      () => patch({ status: 'inactive' }),
      'did not switch off authorization it: it was switched off meanwhile; the next run looks again',
    ],
    [
      'deleted',
      () => scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`),
      'did not switch off authorization it: it is gone; the next run looks again',
    ],
  ])('it is seen: %s', async (_name, act, found) => {
    await act();
    expect(await guarded('switch-off')).toBe(found);
  });
});

describe('right before a token is deleted', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['as it was', () => patch({ status: 'inactive' }), 'inactive'],
    [
      'kept',
      () => patch({ status: 'inactive', description: `${marker} ${KEEP}` }),
      'did not delete authorization it: it is to be kept now; the next run looks again',
    ],
    [
      'switched on',
      async () => {},
      'did not delete authorization it: it was switched on meanwhile; the next run looks again',
    ],
    ['deleted', () => scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`), 'gone'],
    [
      'without its owner',
      () => scene.world.admin.send('DELETE', `/api/v2/users/${scene.world.userIds.get('svc-telegraf')}`),
      'owner-gone',
    ],
  ])('it is seen: %s', async (_name, act, found) => {
    await act();
    expect(await guarded('delete')).toBe(found);
  });

  it('one that leaked is not spared by its status, nor by its keep-until', async () => {
    await note(KEEP);
    scene.world.clock.advance(10 * MINUTE);
    expect(await guarded('delete', { compromised: true })).toBe('active');
  });

  it('H18: one that leaked, and was given back just now, is left until no command can be making it current', async () => {
    await note(KEEP);
    const told = 'did not delete authorization it: it was reactivated just now; the next run looks again';
    expect(await guarded('delete', { compromised: true })).toBe(told);
    scene.world.clock.advance(5 * MINUTE + 19 * SECOND);
    expect(await guarded('delete', { compromised: true })).toBe(told);
    scene.world.clock.advance(SECOND);
    expect(await guarded('delete', { compromised: true })).toBe('active');
  });
});

const KINDS = ['switch-off', 'delete'] as const;
const stops = (kind: EndStep['kind'], why: string) =>
  `did not ${kind === 'delete' ? 'delete' : 'switch off'} authorization it: ${why}; the next run looks again`;

describe.each(KINDS)('right before a token is ended (%s)', (kind) => {
  const off = { status: kind === 'delete' ? 'inactive' : 'active' };
  const LEAKED = { compromised: true };

  it.each<[string, Partial<EndStep>]>([
    ['by the time', {}],
    ['as one that leaked', LEAKED],
  ])('T1: its marker is what gives the right to it, %s', async (_name, rest) => {
    await patch({ ...off, description: `by hand ${marker}` });
    expect(await guarded(kind, rest)).toBe(stops(kind, 'its marker was removed'));
    for (const [other, whose] of [
      [{ ...identity, consumer: 'grafana' }, 'deployment prod, consumer grafana'],
      [{ ...identity, deployment: 'test' }, 'deployment test, consumer telegraf'],
    ] as const) {
      await patch({ ...off, description: marker.replace(`prod/telegraf`, `${other.deployment}/${other.consumer}`) });
      expect(await guarded(kind, rest)).toBe(
        stops(kind, `its marker is that of ${whose}, secret ${identity.fingerprint}`),
      );
    }
  });

  it.each([
    ['without a marker', () => 'by hand'],
    ['with the marker of a consumer that was renamed', () => marker.replace('telegraf', 'grafana')],
  ])('T1: or the configuration, which adopts one %s', async (_name, description) => {
    await patch({ ...off, description: description() });
    expect(await guarded(kind, { adopted: true })).toBe(off.status);
  });

  it.each<[string, Partial<EndStep>]>([
    ['by the time', {}],
    ['as one that leaked', LEAKED],
    ['as one that is adopted', { adopted: true }],
  ])('T2: what is in use stays, by id or by the hash in its marker, %s', async (_name, rest) => {
    await patch({ ...off, description: marker });
    const byId = (given: string) => (given === id ? { why: 'grafana holds it' } : undefined);
    const byHash = (_id: string, hash?: string) => (hash === HASH ? { why: 'the rotator itself uses it' } : undefined);
    expect(await guarded(kind, rest, byId)).toBe(stops(kind, 'grafana holds it'));
    expect(await guarded(kind, rest, byHash)).toBe(stops(kind, 'the rotator itself uses it'));
  });
});

it('a token that may not be seen is not ended', async () => {
  scene.world.influxdb.faults.add({
    ...{ on: 'GET /api/v2/authorizations/{id}', status: 401 },
    body: JSON.stringify({ code: 'unauthorized', message: `read:authorizations/${id} is unauthorized` }),
  });
  await expect(guarded('switch-off')).rejects.toThrow(CallError);
});

describe('the secret is looked at once more before a token is switched off', () => {
  const moved = 'its secret was changed meanwhile';
  const looks = () => scene.world.secretsManager.calls.filter(({ operation }) => operation === 'DescribeSecret').length;
  /** The guard, this long after the plan saw the secret, with what somebody did in between. */
  async function looksAfter(
    ms: number,
    kind: EndStep['kind'],
    act: () => Promise<void> = async () => {},
  ): Promise<number> {
    const seen = await services.store.describe(scene.secret);
    scene.world.clock.advance(ms);
    await act();
    if (kind === 'delete') await patch({ status: 'inactive' });
    const before = looks();
    await lastGuard(services, step(kind), decidedOn(seen));
    return looks() - before;
  }

  it.each([
    ['where the plan is old', 'switch-off', SECOND + 1, 1],
    ['not where it is fresh', 'switch-off', SECOND, 0],
    ['not before a deletion, whose token has been off for long', 'delete', SECOND + 1, 0],
  ] as const)('%s', async (_name, kind, ms, count) => {
    expect(await looksAfter(ms, kind)).toBe(count);
  });

  it('not where the plan never saw it', async () => {
    scene.world.clock.advance(2 * SECOND);
    const before = looks();
    await lastGuard(services, step('switch-off'), decidedOn(undefined));
    expect(looks()).toBe(before);
  });

  it('and the token stays where a new version came', async () => {
    await expect(looksAfter(2 * SECOND, 'switch-off', () => scene.edit({ note: 'by hand' }))).rejects.toThrow(moved);
  });

  it('and where the same version is current again, after somebody had moved the label to and fro', async () => {
    await scene.edit({ note: 'by hand' });
    const { rotation } = await scene.value();
    const toAndFro = async () => {
      const now = (await services.store.describe(scene.secret))?.current ?? '';
      await scene.moveLabel(rotation.id);
      scene.world.clock.advance(SECOND);
      await scene.moveLabel(now);
    };
    await expect(looksAfter(2 * SECOND, 'switch-off', toAndFro)).rejects.toThrow(moved);
  });
});

describe('H20: a secret with a pending version', () => {
  const seenAs = async (rest: Partial<SecretDescription>): Promise<SecretDescription> => {
    const seen = await services.store.describe(scene.secret);
    if (seen === undefined) throw new Error('no secret');
    return { ...seen, pending: 'pending', ...rest };
  };

  it.each<[string, Partial<SecretDescription>]>([
    ['was not rotated by Secrets Manager', { rotationEnabled: true }],
    ['had another pending version', {}],
  ])('is looked at again at once, also before a deletion: it %s', async (_name, rest) => {
    const seen = await seenAs(rest);
    for (const kind of ['switch-off', 'delete'] as const)
      await expect(lastGuard(services, step(kind), decidedOn(seen))).rejects.toThrow(
        'its secret was changed meanwhile',
      );
  });

  it('but a leaked token does not wait for that', async () => {
    const seen = await seenAs({ rotationEnabled: true });
    const found = await lastGuard(services, step('delete', { compromised: true }), decidedOn(seen));
    expect(found.kind).toBe('found');
  });
});
