import { DAY_MS } from '../../lambda/config/duration.ts';
import type { LogEvent } from './log-event.ts';

/** What the log says of the last days. */
export interface Past {
  /** Of whom all events are here; undefined for the proofs of life of all. */
  readonly consumer: string | undefined;
  /** The latest first. */
  readonly events: readonly LogEvent[];
  /** From then on nothing is missing: milliseconds since the epoch. */
  readonly since: number;
  /** Why not all of it could be read, as a sentence. */
  readonly problem: string | undefined;
}

/** The next run finds what the one before it did, and runs are three days apart at most. */
const FOUND_MS = 4 * DAY_MS;

/**
 * Without what other deployments write into the same log group, and without what a run found done if the run that did it
 * said so, too.
 */
export function ofDeployment(past: Past, deployment: string): Past {
  const own = past.events.filter(({ fields }) => fields.deployment === deployment);
  return { ...past, events: own.filter((event) => event.fields.found !== 'true' || !isToldBefore(event, own)) };
}

function isToldBefore({ code, fields, at }: LogEvent, own: readonly LogEvent[]): boolean {
  return own.some((other) => {
    const passed = Date.parse(at) - Date.parse(other.at);
    const isSame = other.code === code && other.fields.authorizationId === fields.authorizationId;
    return isSame && other.fields.found !== 'true' && passed >= 0 && passed < FOUND_MS;
  });
}
