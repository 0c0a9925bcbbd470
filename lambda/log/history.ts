import type { EventCode } from './events.ts';

/** An event that the function logged. Its fields are as a line of the log had them: nobody has checked them. */
export interface PastEvent {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly code: EventCode;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the function remembers: the log of its own deployment. */
export interface History {
  /**
   * The events of these codes since a time, the oldest first. Of very many, the newest.
   * @param since in milliseconds since the epoch.
   * @throws {CallError} if the log could not be read.
   */
  since(since: number, codes: readonly EventCode[]): Promise<readonly PastEvent[]>;
}
