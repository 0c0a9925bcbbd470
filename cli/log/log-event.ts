import { cut } from '../../lambda/calls/cut.ts';
import { onOneLine } from '../terminal.ts';

/** One event of the function: from a line of its log, or told by the handler itself. */
export interface LogEvent {
  /** Of this line, and of no other. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Of `lambda/log/events.ts`, or of a newer function. */
  readonly code: string;
  /** Other people's texts, without what moves a cursor or hides. */
  readonly fields: Readonly<Record<string, string>>;
}

/** @returns undefined for a line that is none of the function's own, such as those of the Lambda runtime. */
export function eventIn(message: string, id: string, at: number): LogEvent | undefined {
  try {
    const line: unknown = JSON.parse(message);
    if (typeof line !== 'object' || line === null || !('code' in line)) return undefined;
    return eventOf(String(line.code), line, id, at);
  } catch {
    return undefined;
  }
}

export function eventOf(code: string, fields: object, id: string, at: number): LogEvent {
  const texts = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return {
    id,
    at: new Date(at).toISOString(),
    code: clean(code),
    fields: Object.fromEntries(texts.map(([name, value]) => [name, clean(String(value))])),
  };
}

/** Longer texts are read in the log itself. */
const LONGEST = 500;

function clean(text: string): string {
  return cut(onOneLine(text), LONGEST);
}
