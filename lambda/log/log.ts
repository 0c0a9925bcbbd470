import type { EventCode, Events } from './events.ts';

/** Where events go. `docs/operations.md` has an entry for each code. */
export type Log = <Code extends EventCode>(code: Code, fields: Events[Code]) => void;
