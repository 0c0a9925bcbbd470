import { setTimeout as sleep } from 'node:timers/promises';
import { longestRunPeriodMs } from '../../lambda/config/worst-wait.ts';
import type { RunReport, TokenReport } from '../../lambda/engine/report/report.ts';
import { minuteOf } from '../status/lines.ts';
import { tell } from '../terminal.ts';

/** Between two looks of `--wait`. */
const WAIT_MS = 15_000;

/** How long a run may take until it switches a token off. */
const RUN_MS = 15 * 60_000;

/** How everything is after an act. */
interface Settled {
  readonly report: RunReport | undefined;
  /** Whether what was waited for came. */
  readonly isSettled: boolean;
}

/**
 * @param wait until no token but the current ones works any more: the run after the latest end that is named should see
 * to it, so a longer wait is of no use.
 */
export async function settled(look: () => Promise<RunReport | undefined>, wait: boolean): Promise<Settled> {
  let until = Number.NEGATIVE_INFINITY;
  for (let told = false; ; told = true) {
    const report = await look();
    if (report === undefined || !wait) return { report, isSettled: true };
    const live = report.consumers.flatMap(({ tokens }) => tokens.filter(isOlderAndLive));
    if (live.length === 0) return { report, isSettled: true };
    const now = Date.parse(report.startedAt);
    const ends = live.flatMap(({ endsAt = [] }) => endsAt).map((end) => Date.parse(end));
    const latest = Math.max(...ends, ...(told ? [] : [now])) + longestRunPeriodMs(report.scheduleMs) + RUN_MS;
    until = Math.max(until, latest);
    const ids = live.map(({ authorizationId }) => authorizationId).join(', ');
    if (now > until) {
      tell(`stopped waiting: ${ids} should be switched off by now; the status of each consumer says what keeps them`);
      return { report, isSettled: false };
    }
    if (!told)
      tell(
        `it is done; waiting until ${ids} is switched off, by ${minuteOf(new Date(until).toISOString())} UTC at the latest …`,
      );
    await sleep(WAIT_MS);
  }
}

function isOlderAndLive({ role, status }: TokenReport): boolean {
  return role !== 'current' && (status === 'active' || status === 'unknown');
}
