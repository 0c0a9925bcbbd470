import { formatDuration } from '../duration.ts';
import { type Durations, readDurations } from '../durations.ts';
import type { Problem } from '../problems.ts';
import { SELF } from '../self.ts';
import { SELF_DEFAULTS } from '../self-settings.ts';
import { ageProblem } from './age-checks.ts';
import { checkTimes, type Say } from './consumer-checks.ts';
import { usableWhen } from './when-checks.ts';

/** Checks `influxdb.self` against the limits, and against the consumers. */
export function selfProblems(
  file: Record<string, unknown>,
  self: unknown,
  consumers: readonly Record<string, unknown>[],
): Problem[] {
  if (typeof self !== 'object' || self === null) return [];
  const problems: Problem[] = [];
  const say: Say = (key, message, more) => problems.push({ path: `influxdb.self.${key}`, message, ...more });
  // The defaults of consumers are not its own, and nobody but runs caches it.
  const durations = readDurations({ ...file, defaults: {} }, { ...SELF_DEFAULTS, ...self });
  checkTimes({ ...durations, consumerCacheTtl: undefined, spread: undefined }, say);
  checkGrace(durations, say);
  const when = usableWhen({ ...file, defaults: {} }, {});
  const tooOld = when === undefined ? undefined : ageProblem(durations, when);
  if (tooOld !== undefined) say('maxTokenAge', tooOld);
  const { adopt } = self as { readonly adopt?: unknown };
  consumers.forEach((consumer, index) => {
    if (consumer.name === SELF)
      problems.push({
        path: `consumers[${index}].name`,
        message: 'is the name of the rotator itself, whose own token influxdb.self rotates: give the consumer another',
        value: SELF,
      });
    if (typeof adopt === 'string' && String(consumer.adopt).toLowerCase() === adopt.toLowerCase())
      say('adopt', `is also the authorization that consumers[${index}] adopts: its token can be in one secret only`, {
        value: adopt,
      });
  });
  return problems;
}

/** H1: a run that read the old token just before its end may use it for a whole lease. */
function checkGrace({ gracePeriod, lease }: Durations, say: Say): void {
  if (gracePeriod === undefined || lease === undefined || gracePeriod >= lease) return;
  say(
    'gracePeriod',
    `must be at least limits.lease (${formatDuration(lease)}), or the token of a run that is still alive could be switched off (is ${formatDuration(gracePeriod)})`,
  );
}
