import { describe, expect, it } from 'vitest';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { type EvidenceFault, EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { finalDoubts } from '../../explore/evidence/final-doubts.ts';
import { EvidenceJudge } from '../../explore/evidence/judge.ts';
import { openScenario, SCENARIOS } from '../../explore/faults/scenarios.ts';

const lost = new CallError('S3_UNANSWERED', 'unanswered', 'S3 gave no answer');
const refused = new CallError('S3_REFUSED', 'refused', 'S3: access denied');

/** What becomes of the calls to the store, from one of them on, or of that one alone. */
const FAULTS: Readonly<Record<string, (scene: Scene, at: number) => EvidenceFault>> = {
  'is refused': (_scene, at) => (call) => (call.number === at ? { fails: refused } : undefined),
  'is refused, and each after it': (_scene, at) => (call) => (call.number >= at ? { fails: refused } : undefined),
  'is lost': (_scene, at) => (call) => (call.number === at ? { fails: lost } : undefined),
  'is done, and its answer lost': (_scene, at) => (call) => (call.number === at ? { loses: lost } : undefined),
  'is answered late, and each after it':
    ({ world }, at) =>
    (call) =>
      call.number >= at ? { before: () => world.clock.advance(9_000) } : undefined,
};

/** What a run does to the servers, whatever becomes of the evidence. */
function writesOf({ world: { influxdb, secretsManager } }: Scene): string[] {
  const isWrite = (operation: string) => /^(POST|PATCH|DELETE|Put|Update)/.test(operation);
  return [...influxdb.calls, ...secretsManager.calls].map(({ operation }) => operation).filter(isWrite);
}

describe.each(['rotation due', 'delete', 'rotate, compromised'])('%s', (name) => {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`no scenario ${name}`);

  it.each(Object.keys(FAULTS))(
    'does the same where a call to the store %s, and all is on record in the end',
    async (kind) => {
      const scene = await openScenario(scenario, 'hashed', new EvidenceMemory());
      const { world } = scene;
      const restore = world.save();
      const request = typeof scenario.request === 'function' ? scenario.request(scene) : scenario.request;
      restore();
      await scene.run(request);
      const calls = world.evidence?.calls ?? 0;
      const writes = writesOf(scene);
      expect(calls).toBeGreaterThan(2);
      for (let at = 1; at <= calls; at += 1) {
        restore();
        const judge = new EvidenceJudge(world, { texts: () => world.evidence?.texts ?? [], keepsIntents: false });
        if (world.evidence) world.evidence.fault = FAULTS[kind]?.(scene, at);
        scene.watch(() => judge.look());
        await scene.run(request);
        expect([at, writesOf(scene)]).toEqual([at, writes]);
        if (world.evidence) world.evidence.fault = undefined;
        world.clock.advance(25 * HOUR);
        await scene.run();
        expect([at, ...(await finalDoubts(scene, judge))]).toEqual([at]);
      }
      await scene.close();
    },
  );
});
