import { afterEach, expect, it } from 'vitest';
import type { Permission } from '../../../lambda/config/permission.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { describePermission } from '../../../lambda/influxdb/permissions.ts';
import { aConsumer } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';
import { openOwn } from '../../builders/an-own-token.ts';

// every-right.test.ts asks the same, and more, where people replace the rotator's token.

let scene: Scene;
afterEach(() => scene.close());

const WORDS = new Set<string>(['RIGHT_MISSING', 'RIGHTS_UNCHECKED', 'NAME_UNRESOLVED', 'OWN_RIGHTS_LACKING']);

function wordsIn({ consumers }: RunReport): string[] {
  const said = consumers.flatMap(({ why, obstacle, notes }) => [why, obstacle, ...notes]);
  return said.flatMap((each) => (each && WORDS.has(each.code) ? each.code : []));
}

it.each(['plain', 'hashed', 'cloud'] as const)(
  'a plan says which right the rotator lacks, whichever it is, where its own token is rotated, too: tokens %s',
  async (tokens) => {
    const access = { kind: 'buckets', read: ['telemetry'], write: ['telemetry', 'events'] } as const;
    const consumer = aConsumer({ access, ...(tokens === 'cloud' && { owner: undefined }) });
    scene = await openOwn([consumer], {}, { tokens });
    const { world } = scene;
    const row = world.influxdb.store.tables.authorizations.get(world.rotatorId);
    const all = (row?.permissions ?? []) as readonly Permission[];
    expect(wordsIn(await scene.run('plan')), 'with all rights').toEqual([]);
    expect(all.length).toBeGreaterThan(5);
    for (const right of all) {
      setRotator(world, { permissions: all.filter((each) => each !== right) });
      expect(wordsIn(await scene.run('plan')), describePermission(right)).not.toEqual([]);
    }
  },
);
