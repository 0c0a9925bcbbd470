import { OutOfTimeError } from '../../calls/budget.ts';
import { CallError } from '../../calls/call-error.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { formatDuration } from '../../config/duration.ts';
import { withKeepUntil } from '../document/keep-until.ts';
import { nextLookMs, settlingMs } from '../plan/asked.ts';
import { describe } from '../plan/describe.ts';
import type { Reactivate } from '../plan/steps.ts';
import { RotationError } from './rotation-error.ts';
import { rowToWriteOn } from './row-to-write-on.ts';
import type { Services } from './services.ts';

/** Longer than the longest life of a request: a wait of just that was too short (docs/protocol.md, G6, H19). */
const MORE_MS = 1_000;

/**
 * Switches an older token on and keeps it, in one call. Where a run may be at work on its end, waits until no request of
 * that run can take effect any more. The look that follows says whether it held (docs/protocol.md, F8, F9, G5).
 *
 * @throws {ChangedBeforeEndError | RotationError | CallError | OutOfTimeError}
 */
export async function reactivate(
  services: Services,
  { name: consumer }: ConsumerSettings,
  step: Reactivate,
): Promise<undefined> {
  const { influxdb, clock, log, limits } = services;
  const { authorizationId, until, reason } = step;
  const before = await rowToWriteOn(services, step);
  const mayBeEnding = () => before.status !== 'active' || step.untouchedUntil <= clock.now();
  if (mayBeEnding()) assertTimeToWait(services);
  const description = withKeepUntil(before.description, until);
  const { status } = await influxdb
    .patchAuthorization(authorizationId, { status: 'active', description })
    .catch((error: unknown) => {
      const mayLand = error instanceof CallError && !error.hadNoEffect;
      if (mayLand) log('REACTIVATION_UNANSWERED', { consumer, authorizationId });
      throw error;
    });
  if (status !== 'active')
    throw new RotationError(
      'STATUS_UNCHANGED',
      `authorization ${authorizationId} is still ${status} after it was switched on`,
    );
  const fields = {
    ...{ consumer, authorizationId, until: new Date(until).toISOString() },
    ...(before.status === 'active' && { worked: true as const }),
    ...(reason.code === 'REQUESTED' && reason.request === 'rollback' && { becomesCurrent: true as const }),
  };
  log('TOKEN_REACTIVATED', { ...fields, reason: describe(reason), reasonCode: reason.code });
  if (mayBeEnding()) {
    assertTimeToWait(services);
    await clock.sleep(settlingMs(limits) + MORE_MS);
  }
  return undefined;
}

/** @throws {OutOfTimeError} if there is no time for the wait and the look that follows, which says whether it is done. */
function assertTimeToWait({ budget, limits }: Services): void {
  const neededMs = settlingMs(limits) + MORE_MS + nextLookMs(limits);
  if (budget.remainingMs() >= neededMs) return;
  throw new OutOfTimeError(
    `a run may be at work on the end of this token, so the command must wait, which takes ${formatDuration(neededMs)}: give the function that much time (limits.functionTimeout), or make limits.requestLife shorter`,
  );
}
