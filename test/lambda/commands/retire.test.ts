import { afterEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

/** A consumer that was served, and is not configured any more. @returns the id of its token. */
async function forgotten(): Promise<string> {
  scene = await openServed();
  const id = await scene.currentId();
  scene.world.configuration = { ...scene.world.configuration, consumers: [spare] };
  scene.auditor.accept();
  return id;
}

const retire = (authorizationId: string) => scene.run({ action: 'retire', authorizationId, reason: 'the job is gone' });
const messages = ({ errors }: RunReport) => errors.map(({ message }) => message).join();

describe('retire', () => {
  it('switches off what no configured secret reaches, and a run deletes it after the hold period', async () => {
    const id = await forgotten();
    const report = await retire(id);
    scene.auditor.accept();
    expect(report.errors).toEqual([]);
    expect(report.retirements).toMatchObject([
      { kind: 'switch-off', authorizationId: id, outcome: 'done', reasonCode: 'REQUESTED' },
    ]);
    expect(scene.statusOf(id)).toBe('inactive');
    scene.world.clock.advance(23 * HOUR);
    await scene.run();
    expect(scene.statusOf(id)).toBe('inactive');
    scene.world.clock.advance(2 * HOUR);
    const later = await scene.run();
    expect(later.retirements).toMatchObject([
      { kind: 'delete', authorizationId: id, outcome: 'done', reasonCode: 'UNREACHED' },
    ]);
    expect(scene.statusOf(id)).toBeUndefined();
    scene.auditor.accept();
    expect((await scene.run()).retirements).toBeUndefined();
  });

  it('asked for twice is asked for once', async () => {
    const id = await forgotten();
    await retire(id);
    scene.auditor.accept();
    expect((await retire(id)).errors).toEqual([]);
    scene.auditor.accept();
  });

  it('leaves it where somebody switched it on again', async () => {
    const id = await forgotten();
    await retire(id);
    await scene.setStatus(id, 'active');
    scene.auditor.accept();
    scene.world.clock.advance(3 * DAY);
    await scene.run();
    expect(scene.statusOf(id)).toBe('active');
  });

  it('takes back by configuring the consumer again', async () => {
    const id = await forgotten();
    await retire(id);
    scene.world.configuration = { ...scene.world.configuration, consumers: [telegraf, spare] };
    scene.auditor.accept();
    scene.world.clock.advance(3 * DAY);
    await scene.run();
    expect(scene.statusOf(id)).toBe('inactive');
  });

  it('refuses the current token of a consumer', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    const report = await retire(id);
    expect(messages(report)).toContain(`authorization ${id} is not retired: the secret of consumer telegraf holds it`);
    expect(report.errors.map(({ code }) => code)).toEqual(['RETIRE_REFUSED']);
    expect(scene.statusOf(id)).toBe('active');
  });

  it('refuses an older token of a configured consumer: its rules end it', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a test' });
    scene.auditor.inspect();
    expect(messages(await retire(id))).toContain('telegraf');
    expect(scene.statusOf(id)).toBe('active');
  });

  it('refuses what a run of a configured consumer left behind, though no secret names it', async () => {
    scene = await openServed();
    const known = scene.rows.map(({ id }) => id);
    const rotate = { action: 'rotate', consumers: ['telegraf'], reason: 'a test' };
    await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', 'before', rotate);
    scene.world.clock.advance(HOUR);
    const id = scene.rows.find((row) => !known.includes(row.id))?.id ?? '';
    expect(messages(await retire(id))).toContain("it is consumer telegraf's own");
  });

  it('refuses what has no marker of ours, or does not exist', async () => {
    scene = await openServed();
    const { id } = await scene.tokenByHand();
    scene.auditor.accept();
    expect(messages(await retire(id))).toContain('it has no marker of ours');
    expect(messages(await retire('0123456789abcdef'))).toContain('no list shows it');
  });

  it('refuses what another consumer reads by now', async () => {
    const id = await forgotten();
    scene.world.configuration = { ...scene.world.configuration, consumers: [spare, { ...telegraf, name: 'renamed' }] };
    expect(messages(await retire(id))).toContain('consumer renamed');
    expect(scene.statusOf(id)).toBe('active');
  });

  describe.each(['hashed', 'plain'] as const)(
    'of a consumer that was renamed, on a server with %s tokens',
    (tokens) => {
      const renamed = aConsumer({ name: 'renamed', owner: 'svc-telegraf', secret: telegraf.secret });

      /** The same secret, whose first token under the new name is an hour old. @returns the id of the old one. */
      async function renamedAndServed(): Promise<string> {
        scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens });
        await scene.run();
        const [id, { token }] = [await scene.currentId(), await scene.value()];
        scene.world.configuration = { ...scene.world.configuration, consumers: [renamed] };
        // The document is that of the old name, and blocks the new one.
        await scene.put(JSON.stringify({ token }));
        scene.auditor.accept();
        await scene.run();
        scene.auditor.inspect();
        scene.world.clock.advance(HOUR);
        expect(await scene.currentId()).not.toBe(id);
        scene.auditor.mayEnd(id);
        return id;
      }

      it('refuses its token while AWSPREVIOUS holds it', async () => {
        const id = await renamedAndServed();
        scene.world.clock.advance(3 * DAY);
        expect(messages(await retire(id))).toContain("AWSPREVIOUS of consumer renamed's secret holds it");
        expect(scene.statusOf(id)).toBe('active');
      });

      it('refuses it if AWSPREVIOUS cannot be read, which may hold it', async () => {
        const id = await renamedAndServed();
        scene.world.secretsManager.faults.add({ on: 'GetSecretValue', status: 400 });
        expect(messages(await retire(id))).toContain('GetSecretValue');
        expect(scene.statusOf(id)).toBe('active');
      });

      it('refuses it until readers have certainly moved on, and then ends it', async () => {
        const id = await renamedAndServed();
        await scene.run({ action: 'rotate', consumers: ['renamed'], reason: 'a test' });
        scene.auditor.inspect();
        scene.world.clock.advance(DAY);
        expect(messages(await retire(id))).toContain(
          "consumer renamed's secret held it, and readers may until 2026-01-",
        );
        expect(scene.statusOf(id)).toBe('active');
        scene.world.clock.advance(HOUR);
        expect((await retire(id)).errors).toEqual([]);
        expect(scene.statusOf(id)).toBe('inactive');
      });
    },
  );

  it('is planned without a write', async () => {
    const id = await forgotten();
    const report = await scene.run({ action: 'plan', command: { action: 'retire', authorizationId: id, reason: 'x' } });
    expect(report.retirements).toMatchObject([{ kind: 'switch-off', outcome: 'planned' }]);
    expect(scene.statusOf(id)).toBe('active');
  });
});
