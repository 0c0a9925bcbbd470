import * as z from 'zod/mini';
import { RequestError } from '../requests/request.ts';

/** What Step Functions allows in the name of an execution, less what is not plain in an object's key. */
const execution = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,80}$/));
const batch = z.int().check(z.minimum(0));

/** What the state machine asks for: nothing of it tells more than numbers. */
const StateEvent = z.discriminatedUnion('scale', [
  z.strictObject({ scale: z.literal('plan'), execution }),
  z.strictObject({ scale: z.literal('look'), execution, batch }),
  z.strictObject({ scale: z.literal('rotate'), execution, batch }),
  z.strictObject({ scale: z.literal('sum-up'), execution }),
]);

export type StateEvent = z.infer<typeof StateEvent>;
export type BatchEvent = Extract<StateEvent, { readonly batch: number }>;

/**
 * What a state asks for; undefined for an event that no state sends.
 * @throws {RequestError} if it is not understood.
 */
export function stateEventIn(event: unknown): StateEvent | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'scale')) return undefined;
  const parsed = StateEvent.safeParse(event);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new RequestError(`the event of the state machine is not understood, at ${wrong}: deploy both together`);
}
