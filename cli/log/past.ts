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

/**
 * Without what other deployments write into the same log group, and without what a run found done if the run that did it
 * said so, too.
 */
export function ofDeployment(past: Past, deployment: string): Past {
  const own = past.events.filter(({ fields }) => fields.deployment === deployment);
  const told = new Set(own.filter(({ fields }) => fields.found !== 'true').map(deedOf));
  return { ...past, events: own.filter((event) => event.fields.found !== 'true' || !told.has(deedOf(event))) };
}

function deedOf({ code, fields }: LogEvent): string {
  return `${code} ${fields.authorizationId}`;
}
