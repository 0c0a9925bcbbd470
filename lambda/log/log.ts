import type { EventCode, Events } from './events.ts';

/** Takes one event: its code, and the fields of that code. `docs/codes.md` has an entry for each. */
export type Log = <Code extends EventCode>(code: Code, fields: Events[Code]) => void;
