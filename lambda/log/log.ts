import type { EventCode } from './events.ts';

/** What an event carries besides its code: ids, names, reasons, durations. Never a token, a value or a header. */
export type EventFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Where events go. `docs/operations.md` has an entry for each code. */
export interface Log {
  info(code: EventCode, fields: EventFields): void;
  warn(code: EventCode, fields: EventFields): void;
  error(code: EventCode, fields: EventFields): void;
}
