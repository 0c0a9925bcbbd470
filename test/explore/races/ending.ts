import type { Auditor } from '../../../simulation/auditor.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { finalDoubts } from '../evidence/final-doubts.ts';
import type { EvidenceJudge } from '../evidence/judge.ts';

/** What came of one race; `trace` is empty where nothing was violated. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

/** Longer than lease and grace, and than hold. */
export const PAUSE_MS = 25 * HOUR;

/** I6: undisturbed runs, each after lease, grace and hold, leave nothing but a current token that works. */
export async function tidyUp(scene: Scene, auditor: Auditor, judge: EvidenceJudge, most: number): Promise<void> {
  auditor.inspect();
  let untidy: string[];
  let runs = 0;
  do {
    runs += 1;
    scene.world.clock.advance(PAUSE_MS);
    scene.watch(() => judge.look());
    await scene.run();
    auditor.inspect();
    untidy = await untidiness(scene);
  } while (untidy.length > 0 && runs < most);
  auditor.violations.push(...untidy, ...(await finalDoubts(scene, judge)));
}

async function untidiness(scene: Scene): Promise<string[]> {
  const { rotation } = await scene.value();
  const left = scene.rows.filter(({ id }) => id !== rotation.authorizationId);
  return [
    ...((await scene.works()) ? [] : ['I6: the current token does not work in the end']),
    ...left.map(({ id, status }) => `I6: authorization ${id} (${status}) is left behind`),
  ];
}

export function outcomeOf({ world }: Scene, auditor: Auditor, trace: readonly string[]): Outcome {
  const leaks = world.leaks().map(() => 'I7: a token was logged or reported');
  const violations = [...auditor.violations, ...leaks];
  return { violations, trace: violations.length === 0 ? [] : trace };
}
