import { afterEach, expect, it } from 'vitest';
import type { LifeFigures } from '../../demo/life.ts';
import { View } from '../../demo/view.ts';
import { aConfiguration } from '../builders/a-configuration.ts';
import { Scene } from '../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const FIGURES: LifeFigures = {
  ...{ days: 1, runs: 2, rotations: 1, callsToPromotion: 7, callsWholeLife: 12, secretsManagerWritesPerRotation: 2 },
  ...{ callsIdleRun: 2, probesPerDay: 0, requestsOfConsumers: 1, failedRequestsOfConsumers: 0, newTokensAccepted: 1 },
  ...{ oldTokensRefused: 1, oldTokensAccepted: 0, violations: [] },
  ...{ compromisedEnded: 1, rollbacks: 1, fourStepRotations: 1 },
};

it('a blocked consumer is shown in the run that finds it, and in the end', async () => {
  scene = await Scene.open({ configuration: aConfiguration() });
  const lines: string[] = [];
  const view = new View((line) => lines.push(line));
  const show = async () => {
    const report = await scene.run();
    view.show({ at: scene.world.clock.now(), report, calls: 0, probes: 0, secretsManagerWrites: 0, violations: [] });
  };
  await show();
  await scene.setStatus(await scene.currentId(), 'inactive');
  await show();
  expect(lines.at(-1)).toContain('somebody switched it off');
  view.summary(FIGURES);
  expect(lines.filter((line) => line.startsWith('the last run: '))).toEqual([
    expect.stringContaining('1 of 1 consumer is blocked, and needs a person: telegraf: '),
    expect.stringContaining('1 of 1 consumer has no working token: telegraf'),
  ]);
});
