import { isCensusDue } from '../../../lambda/evidence/census.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import type { EvidenceJudge } from './judge.ts';

/**
 * What is wrong with the evidence in the end. The clean runs come much later than the schedule says, so that one may find
 * no occasion to look at it; the day's census always does.
 */
export async function finalDoubts(scene: Scene, judge: EvidenceJudge): Promise<string[]> {
  const { clock, configuration } = scene.world;
  if (judge.missing().length > 0) {
    do clock.advance(HOUR);
    while (!isCensusDue(configuration, clock.now()));
    await scene.run();
  }
  judge.judge();
  return [...judge.violations, ...judge.missing()];
}
