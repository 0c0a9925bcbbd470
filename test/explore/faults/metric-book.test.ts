import { afterEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { holdingsOf } from './log-book.ts';
import { MetricBook } from './metric-book.ts';

let scene: Scene;
afterEach(() => scene.close());

/** What is said of a first rotation whose report is changed before its metrics are made. */
async function afterChange(change: (report: RunReport) => RunReport): Promise<string[]> {
  scene = await Scene.open({ configuration: aConfiguration() });
  const before = holdingsOf(scene.world);
  const book = new MetricBook();
  const publishMetrics = (report: RunReport, isPartial: boolean) => book.publish(change(report), isPartial);
  const report = await scene.run('run', { publishMetrics });
  return book.disagreements(scene.world, report, before, holdingsOf(scene.world));
}

describe('the metrics of a run', () => {
  it('say what its report says, and what the servers show', async () => {
    expect(await afterChange((report) => report)).toEqual([]);
  });

  it.each<[string, (report: RunReport) => RunReport, string]>([
    [
      'a rotation too many',
      (report) => ({ ...report, counts: { ...report.counts, rotated: 2 } }),
      'the metric TokensRotated is 2, and the servers show 1',
    ],
    [
      'a consumer without access',
      (report) => ({ ...report, counts: { ...report.counts, withoutAccess: 1 } }),
      'the metric ConsumersWithoutAccess is 1, and the report says 0',
    ],
    [
      'zeros of a run that saw no consumer',
      (report) => ({ ...report, consumers: [] }),
      'the metric ConsumersBlocked is undefined, and the report says 0',
    ],
  ])('are found to differ: %s', async (_what, change, said) => {
    expect(await afterChange(change)).toContain(said);
  });
});
