import { randomUUID } from 'node:crypto';

/** One line of a log, as the service keeps it. Times are milliseconds since the epoch. */
export interface LogLine {
  readonly eventId: string;
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** The log groups of an account by their names. */
export class LogGroups {
  readonly #groups = new Map<string, LogLine[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes the group if it is not there. */
  create(group: string): void {
    if (!this.#groups.has(group)) this.#groups.set(group, []);
  }

  /** Takes a line, as the service does of a function that writes to stdout. */
  write(group: string, logStreamName: string, message: string): void {
    this.create(group);
    const timestamp = this.#now();
    const eventId = randomUUID();
    this.#groups.get(group)?.push({ eventId, logStreamName, timestamp, ingestionTime: timestamp, message });
  }

  /** The lines of a group, the oldest first; undefined where there is no such group. */
  linesOf(group: string): readonly LogLine[] | undefined {
    return this.#groups.get(group)?.toSorted((one, other) => one.timestamp - other.timestamp);
  }
}
