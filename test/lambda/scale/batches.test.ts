import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerFile } from '../../../lambda/config/file/schema.ts';
import { markerHash } from '../../../lambda/engine/document/marker.ts';
import { configurationOf } from '../../../lambda/scale/batch-configuration.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { aLine, DistributedWorld, MANIFEST, WORK } from '../../builders/a-distributed-world.ts';
import { put } from '../../builders/a-world.ts';

const BASE = {
  deployment: 'prod',
  influxdb: { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator' },
  defaults: { owner: 'svc' },
};

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

let open: DistributedWorld | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function aDistributed(lines: readonly ConsumerFile[], more = {}): Promise<DistributedWorld> {
  open = await DistributedWorld.open(lines, more);
  return open;
}

function tokenOf({ world }: DistributedWorld, name: string): string {
  const secret = world.secretsManager.store.secret(`influxdb/acme/${name}`);
  const current = [...(secret?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
  return JSON.parse(String(current?.value)).token;
}

function rowOf({ world }: DistributedWorld, token: string) {
  return world.influxdb.store.authorizations().find(({ description }) => description.includes(markerHash(token)));
}

describe('a run in batches', () => {
  it('gives each consumer of the manifest a token, and sums up', async () => {
    const many = await aDistributed(names(10).map((name) => aLine(name)));
    const answer = await many.run('first');
    expect(answer).toMatchObject({
      report: `s3://${WORK}/runs/first/report.json`,
      consumers: 10,
      counts: { rotated: 10, failed: 0, withoutAccess: 0 },
    });
    expect(new Set(names(10).map((name) => tokenOf(many, name))).size).toBe(10);
    expect(many.published).toMatchObject([{ counts: { rotated: 10 }, errors: [], consumers: [] }]);
  });

  it('leaves alone in the next run what is fine, and replaces and ends what is due', async () => {
    const many = await aDistributed(names(6).map((name) => aLine(name)));
    await many.run('first');
    many.world.clock.advance(HOUR);
    expect(await many.run('second')).toMatchObject({ counts: { rotated: 0, switchedOff: 0 } });
    many.world.clock.advance(30 * DAY);
    expect(await many.run('third')).toMatchObject({ counts: { rotated: 6 } });
    many.world.clock.advance(2 * DAY);
    expect(await many.run('fourth')).toMatchObject({ counts: { switchedOff: 6 } });
  });

  it('does not end a token that the secret of a consumer in another batch holds', async () => {
    const many = await aDistributed(names(8).map((name) => aLine(name)));
    await many.run('first');
    const old = tokenOf(many, 'c0');
    const stateOf = () => rowOf(many, old)?.status;
    many.world.clock.advance(30 * DAY);
    await many.run('second');
    await put(many.world, 'influxdb/acme/c7', JSON.stringify({ token: old }));
    many.world.clock.advance(3 * DAY);
    await many.run('third');
    expect([tokenOf(many, 'c0') === old, stateOf()]).toEqual([false, 'active']);
    // By now c7 has a token of its own.
    expect(tokenOf(many, 'c7')).not.toBe(old);
    many.world.clock.advance(2 * DAY);
    await many.run('fourth');
    expect(stateOf()).toBe('inactive');
  });

  it('only says what it would do, with "mode": "plan"', async () => {
    const many = await aDistributed(names(5).map((name) => aLine(name)));
    many.base = { ...many.base, mode: 'plan' };
    expect(await many.run('dry')).toMatchObject({ counts: { rotated: 0, failed: 0 } });
    expect(many.world.influxdb.store.authorizations().filter(({ description }) => description.includes('/'))).toEqual(
      [],
    );
  });

  it('gives each batch its share of the rates', () => {
    const { limits } = configurationOf(
      { base: BASE, events: undefined, settings: { maxConcurrency: 4 } as never },
      [aLine('c0')],
      1,
    );
    expect(limits).toMatchObject({ secretsManagerWritesPerSecond: 10, secretsManagerReadsPerSecond: 500 });
    expect(limits.influxdbCallsPerSecond).toBe(250);
  });

  it('spreads due dates over all consumers, and not over those of a batch', () => {
    const parts = { base: BASE, events: undefined, settings: { maxConcurrency: 4 } as never };
    const earlyIn = (count: number) => configurationOf(parts, [aLine('c0')], count).consumers[0]?.rotateEarlyMs;
    expect([earlyIn(1), Number(earlyIn(100_000)) > 0]).toEqual([0, true]);
  });

  it('holds no token in what it leaves in S3', async () => {
    const many = await aDistributed(names(5).map((name) => aLine(name)));
    await many.run('first');
    const texts = [...many.s3.objects.values()].join('\n');
    expect(names(5).filter((name) => texts.includes(tokenOf(many, name)))).toEqual([]);
    expect(texts).not.toContain(many.world.rotatorToken);
  });

  it('says which batch left no result, and counts its consumers as failed', async () => {
    const many = await aDistributed(names(10).map((name) => aLine(name)));
    await many.invoke({ scale: 'plan', execution: 'lost' });
    for (const batch of [0, 1, 2]) await many.invoke({ scale: 'look', execution: 'lost', batch });
    for (const batch of [0, 2]) await many.invoke({ scale: 'rotate', execution: 'lost', batch });
    await expect(many.invoke({ scale: 'sum-up', execution: 'lost' })).rejects.toThrow(
      '1 of 3 batches left no result (1), so 3 consumers were not served',
    );
    expect(many.published).toMatchObject([{ counts: { rotated: 7, failed: 3 }, errors: [{ code: 'BATCH_LOST' }] }]);
    many.world.clock.advance(HOUR);
    expect(await many.run('next')).toMatchObject({ counts: { rotated: 3, failed: 0 } });
  });

  it('says of how many consumers some failed', async () => {
    const many = await aDistributed(names(10).map((name) => aLine(name)));
    await put(many.world, 'influxdb/acme/c3', 'no JSON at all');
    await expect(many.run('failing')).rejects.toThrow('1 of 10 consumers failed: c3');
    expect(many.published).toMatchObject([{ counts: { rotated: 9, failed: 1 } }]);
  });

  it('fails a batch whose run failed as a whole, and tells that once for all batches', async () => {
    const many = await aDistributed(names(10).map((name) => aLine(name)));
    await many.world.influxdb.down();
    await expect(many.run('down')).rejects.toThrow('so it was in 3 batches');
    await many.world.influxdb.up();
  });

  it('is skipped while another execution is not over, until that one must be', async () => {
    const many = await aDistributed(
      names(4).map((name) => aLine(name)),
      { longestMs: 2 * HOUR },
    );
    await many.invoke({ scale: 'plan', execution: 'stopped-by-hand' });
    expect(await many.invoke({ scale: 'plan', execution: 'next' })).toEqual({ batches: 0 });
    many.world.clock.advance(3 * HOUR);
    expect(await many.run('after')).toMatchObject({ counts: { rotated: 4 } });
  });

  it('plans the same again where a state is repeated', async () => {
    const many = await aDistributed(names(4).map((name) => aLine(name)));
    const first = await many.invoke({ scale: 'plan', execution: 'again' });
    expect(await many.invoke({ scale: 'plan', execution: 'again' })).toEqual(first);
  });
});

describe('a manifest', () => {
  const twin = aLine('c1', { name: 'c9' });
  it.each([
    ['two consumers of one name', [aLine('c0'), aLine('c1'), aLine('c0')], 'line 3.name: is also the name of line 1'],
    ['two consumers in one secret', [aLine('c1'), twin], 'line 2.secret: is also the secret of line 1'],
    ['a consumer that adopts', [aLine('c0', { adopt: 'auto' })], 'line 1.adopt: cannot be'],
    [
      'an ARN',
      [aLine('c0', { secret: `arn:aws:secretsmanager:us-east-1:123456789012:secret:c0-AbCdEf` })],
      'line 1.secret: must be a name',
    ],
    ['an owner that is to be made', [aLine('c0', { createOwner: true })], 'line 1.createOwner: must be false'],
    ['an unknown key', [{ ...aLine('c0'), rotateEvry: '1d' }], 'line 1.rotateEvry'],
    ['no consumer', [], 'has no consumers'],
  ])('with %s is refused as a whole, before anything is done', async (_, lines, said) => {
    const many = await aDistributed([aLine('c0')]);
    many.write(lines);
    const calls = many.world.calls;
    await expect(many.invoke({ scale: 'plan', execution: 'refused' })).rejects.toThrow(said);
    expect([many.world.calls, [...many.s3.objects.keys()]]).toEqual([calls, [`${MANIFEST.bucket}/${MANIFEST.key}`]]);
  });

  it('that is no JSON says in which lines', async () => {
    const many = await aDistributed([aLine('c0')]);
    many.s3.objects.set(`${MANIFEST.bucket}/${MANIFEST.key}`, `${JSON.stringify(aLine('c0'))}\n\nc1,secret\n`);
    await expect(many.invoke({ scale: 'plan', execution: 'x' })).rejects.toThrow('line 3: ');
  });

  it('that is missing says where it should be', async () => {
    const many = await aDistributed([aLine('c0')]);
    many.s3.objects.clear();
    await expect(many.invoke({ scale: 'plan', execution: 'x' })).rejects.toThrow('s3://manifests/consumers.jsonl');
  });
});

describe('an operator', () => {
  it('has named consumers served, with what the other batches hold protected', async () => {
    const many = await aDistributed(names(6).map((name) => aLine(name)));
    await many.run('first');
    const before = tokenOf(many, 'c5');
    many.world.clock.advance(HOUR);
    await many.invoke({ action: 'rotate', consumers: ['c5'], reason: 'it was in a log' });
    expect(tokenOf(many, 'c5')).not.toBe(before);
    expect(await many.invoke({ action: 'status', consumers: ['c5'] })).toMatchObject({
      consumers: [{ consumer: 'c5', access: 'works' }],
    });
  });

  it.each([
    ['names nobody', { action: 'status' }, 'must name its "consumers"'],
    ['asks for all', { action: 'run' }, 'start the state machine'],
    ['names somebody who is not there', { action: 'status', consumers: ['c77'] }, '"c77": not in the manifest'],
    [
      'retires a token',
      { action: 'retire', authorizationId: '0123456789abcdef', reason: 'x' },
      'must see all consumers',
    ],
  ])('who %s is told what to do', async (_, event, said) => {
    const many = await aDistributed([aLine('c0')]);
    await many.run('first');
    await expect(many.invoke(event)).rejects.toThrow(said);
  });

  it('who may only look begins no state', async () => {
    const many = await aDistributed([aLine('c0')]);
    const invokedFunctionArn = 'arn:aws:lambda:us-east-1:123456789012:function:worker:read-only';
    await expect(many.invoke({ scale: 'plan', execution: 'x' }, { invokedFunctionArn })).rejects.toThrow('read-only');
  });

  it('is told that nobody is known before the first run', async () => {
    const many = await aDistributed([aLine('c0')]);
    await expect(many.invoke({ action: 'status', consumers: ['c0'] })).rejects.toThrow('start the state machine');
  });
});
