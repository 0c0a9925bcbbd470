import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import type { ActionReport, RunReport } from '../lambda/engine/report/report.ts';
import type { Reader } from '../simulation/reader.ts';
import type { World } from '../simulation/world.ts';
import { rotateByService, type ServiceRotation } from './service-rotation.ts';

/** What an operator asks for, and which run of the schedule comes before it. */
interface Errand {
  readonly afterRuns: number;
  readonly request: object;
  /** The applications of this consumer are restarted, so they read the secret again. */
  readonly restarts?: string;
}

/** An operator's week: a token leaks; a rotation for a release goes wrong for its application, and is rolled back. */
function errands([first, second = first]: readonly ConsumerSettings[]): readonly Errand[] {
  if (first === undefined || second === undefined) return [];
  const by = 'an operator';
  return [
    {
      afterRuns: 1,
      request: { action: 'rotate', consumers: [second.name], compromised: true, reason: 'it was in a log', by },
      restarts: second.name,
    },
    { afterRuns: 4, request: { action: 'rotate', consumers: [first.name], reason: 'a release', by } },
    { afterRuns: 1, request: { action: 'rollback', consumer: first.name, reason: 'the release is taken back', by } },
  ];
}

/**
 * Sends each request between two runs of the schedule, then has Secrets Manager rotate the last consumer's token, and goes
 * on until all of it has ended.
 * @param invoke the handler, with a request or, without one, as the schedule does.
 */
export async function runErrands(
  world: World,
  readers: readonly Reader[],
  invoke: (request?: object) => Promise<void>,
  onService: (rotation: ServiceRotation) => void,
): Promise<readonly ServiceRotation[]> {
  const { consumers, scheduleMs, limits } = world.configuration;
  const usual = async () => {
    await invoke();
    for (const reader of readers) await reader.use();
    world.clock.advance(scheduleMs);
  };
  for (const { afterRuns, request, restarts } of errands(consumers)) {
    for (let run = 0; run < afterRuns; run += 1) await usual();
    await invoke(request);
    readers[consumers.findIndex(({ name }) => name === restarts)]?.restart();
  }
  const last = consumers.at(-1);
  const byService = last === undefined ? [] : [await rotateByService(world, last)];
  for (const each of byService) onService(each);
  const longest = Math.max(...consumers.map(({ gracePeriodMs, holdPeriodMs }) => gracePeriodMs + holdPeriodMs));
  for (let passed = 0; passed <= longest + limits.leaseMs + 3 * scheduleMs; passed += scheduleMs) await usual();
  return byService;
}

/** What came of the errands. */
export interface ErrandFigures {
  /** Tokens that leaked, and were deleted within the invocation that was told so. */
  readonly compromisedEnded: number;
  readonly rollbacks: number;
  /** Rotations by Secrets Manager that came to their end. */
  readonly fourStepRotations: number;
}

export function errandFigures(reports: readonly RunReport[], byService: readonly ServiceRotation[]): ErrandFigures {
  const done = (action: RunReport['action'], wanted: (each: ActionReport) => boolean) =>
    reports
      .filter((report) => report.action === action)
      .flatMap(({ consumers }) => consumers.flatMap(({ actions }) => actions))
      .filter((each) => each.outcome === 'done' && wanted(each)).length;
  return {
    compromisedEnded: done('rotate', ({ reasonCode }) => reasonCode === 'COMPROMISED'),
    rollbacks: done('rollback', ({ kind }) => kind === 'copy-forward'),
    fourStepRotations: byService.filter(({ done }) => done).length,
  };
}
