import { afterEach, expect, it } from 'vitest';
import { parseMarker } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { openDue } from '../../../builders/a-trace.ts';
import { addSecondOrg, ORGS } from '../../../explore/model/servers.ts';

// A live token of ours that no ledger names, and that no list or no rule would end.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const marked = () => {
  const rows = scene.world.influxdb.store.storedAuthorizations();
  return rows.filter(({ description }) => parseMarker(description) !== undefined).map(({ id }) => id);
};

it('a token that a day-old copy of the server did not have ends, though the version of before holds it', async () => {
  scene = await openDue();
  const { store } = scene.world.influxdb;
  const stale = store.snapshot();
  const first = await scene.currentId();
  // The next ledger does not carry what has no marker.
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${first}`, { description: 'renamed by hand' });
  scene.auditor.accept();
  await scene.run();
  const second = await scene.currentId();
  const right = store.snapshot();
  store.restore(stale);
  scene.world.clock.advance(HOUR);
  expect((await scene.turn()).why.code).toBe('RESTORED');
  store.restore(right);
  scene.auditor.accept();
  expect([await scene.currentId(), scene.statusOf(second)]).toEqual([first, 'active']);
  expect((await scene.turn()).why.code).toBe('PREVIOUS_UNNAMED');
  await scene.runFor(20 * HOUR);
  expect(scene.statusOf(second)).toBe('active');
  await scene.runFor(3 * DAY);
  expect(marked()).not.toContain(second);
  expect(await scene.works()).toBe(true);
});

it('a token in another org ends, though the value that named it was replaced by hand before the org was changed', async () => {
  scene = await openDue();
  addSecondOrg(scene.world);
  const old = await scene.currentId();
  scene.world.clock.advance(HOUR);
  await scene.put('{"token":"of-somebody"}');
  const { configuration } = scene.world;
  scene.world.configuration = { ...configuration, influxdb: { ...configuration.influxdb, org: ORGS.second } };
  scene.auditor.accept();
  scene.world.clock.advance(MINUTE);
  expect((await scene.turn()).why.code).toBe('FIRST_TOKEN');
  expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: old }]);
  await scene.runFor(3 * DAY);
  expect(marked()).toEqual([await scene.currentId()]);
  expect(await scene.works()).toBe(true);
});
