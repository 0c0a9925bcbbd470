import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { MINUTE, SECOND } from '../../builders/a-configuration.ts';
import type { Act } from './acts.ts';
import type { Parts } from './runs.ts';

/** What a server answers for so long, by its own clock, counted from the first call of a run. */
export const BUSY = {
  '429 for a second': { status: 429, ms: SECOND },
  '429 for 3 seconds': { status: 429, ms: 3 * SECOND },
  '429 for 20 minutes': { status: 429, ms: 20 * MINUTE },
  '503 for a second': { status: 503, ms: SECOND },
  '503 for 3 seconds': { status: 503, ms: 3 * SECOND },
  '503 for 20 minutes': { status: 503, ms: 20 * MINUTE },
} as const;

/** Of writes to Secrets Manager. */
export const QUOTAS = { 'one write a second': 1, 'three writes a second': 3 } as const;

type Busy = Extract<Act, { kind: 'rates' }>;

/** Makes a server busy for the run that follows. @returns what ends it. */
export function makeBusy({ scene: { world } }: Parts, { server, rate }: Busy): () => void {
  if (rate in QUOTAS) {
    world.secretsManager.limitWrites(QUOTAS[rate as keyof typeof QUOTAS]);
    return () => world.secretsManager.limitWrites(undefined);
  }
  const { status, ms } = BUSY[rate as keyof typeof BUSY];
  const until = world.clock.now() + ms;
  world[server].faults.add({ on: () => world.clock.now() < until, times: Number.POSITIVE_INFINITY, status });
  // With the run, all faults are over.
  return () => {};
}

/** What was one too many had no effect: nobody may be left in doubt because of it. */
export function doubtsIn({ consumers }: RunReport, { rate }: Busy): string[] {
  if (rate.startsWith('503')) return [];
  return consumers
    .filter(({ errorCode }) => errorCode === 'PROMOTION_UNCERTAIN')
    .map(({ consumer }) => `${consumer}'s promotion counts as unanswered, and it was throttled`);
}
