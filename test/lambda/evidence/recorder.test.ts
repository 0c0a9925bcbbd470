import { afterEach, beforeEach, expect, it } from 'vitest';
import { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

let scene: Scene;
let store: EvidenceMemory;
beforeEach(async () => {
  store = new EvidenceMemory();
  scene = await Scene.open({ configuration: aConfiguration([aConsumer({ proof: true })]), evidence: store });
});
afterEach(() => scene.close());

function records(): EvidenceRecord[] {
  return store.texts.flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => EvidenceRecord.parse(JSON.parse(line))),
  );
}

it('shows', async () => {
  await scene.run();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.world.clock.advance(25 * HOUR);
  await scene.run();
  scene.world.clock.advance(25 * HOUR);
  await scene.run();
  console.log(store.writes, store.calls);
  console.log(JSON.stringify(records(), undefined, 1));
  expect(1).toBe(1);
});
