import { formatDuration, parseDurationText } from '../duration.ts';
import { readDurations } from '../durations.ts';
import { deploymentWhen, SOAK_DEFAULT } from '../file/when.ts';
import { nearest } from '../nearest.ts';
import type { Problem } from '../problems.ts';
import { longestWaitMs } from '../worst-wait.ts';
import { usableWhen } from './when-checks.ts';

/** What the canaries make the others wait for, in milliseconds. */
export interface CanaryWait {
  readonly consumers: ReadonlySet<string>;
  /** From the moment in which one is due until it may be followed. */
  readonly ms: number;
}

/** The names are those of consumers, and each is once well for the soak before it is due again. */
export function canaryProblems(
  file: Record<string, unknown>,
  consumers: readonly Record<string, unknown>[],
): Problem[] {
  const canaries = deploymentWhen.canaries.safeParse(file.canaries).data;
  if (canaries === undefined) return [];
  const names = consumers.flatMap(({ name }) => (typeof name === 'string' ? name : []));
  const known = new Set(names);
  const canaryNames = new Set(canaries.consumers);
  const unknown = canaries.consumers.flatMap((name, index): Problem[] => {
    if (known.has(name)) return [];
    const near = nearest(name, names);
    const message = `must be the name of a consumer${near === undefined ? '' : `: did you mean "${near}"?`}`;
    return [{ path: `canaries.consumers[${index}]`, message, value: name }];
  });
  const soak = parseDurationText(canaries.soak ?? SOAK_DEFAULT);
  const tooSoon = consumers.flatMap((consumer): Problem[] => {
    const { rotateEvery, schedule, spread = 0 } = readDurations(file, consumer);
    if (!canaryNames.has(String(consumer.name)) || !soak || !rotateEvery || !schedule) return [];
    if (soak + schedule + spread < rotateEvery) return [];
    const message = `must be shorter than rotateEvery of consumer ${String(consumer.name)}, less schedule and spread = ${formatDuration(Math.max(0, rotateEvery - schedule - spread))}, or this canary would be due again before the others may follow it (is ${formatDuration(soak)})`;
    return [{ path: 'canaries.soak', message }];
  });
  return [...unknown, ...tooSoon.slice(0, 1)];
}

/** Undefined without canaries, or where something of them is refused by itself. */
export function canaryWait(
  file: Record<string, unknown>,
  consumers: readonly Record<string, unknown>[],
): CanaryWait | undefined {
  const canaries = deploymentWhen.canaries.safeParse(file.canaries).data;
  const soak = parseDurationText(canaries?.soak ?? SOAK_DEFAULT);
  if (canaries === undefined || soak === undefined) return undefined;
  const names = new Set(canaries.consumers);
  const waits = consumers.map((consumer) => {
    const when = names.has(String(consumer.name)) ? usableWhen(file, consumer) : undefined;
    const { schedule } = readDurations(file, consumer);
    return when === undefined || schedule === undefined ? 0 : longestWaitMs(when, schedule);
  });
  return { consumers: names, ms: waits.reduce((longest, wait) => Math.max(longest, wait), 0) + soak };
}
