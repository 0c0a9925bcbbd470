import * as z from 'zod/mini';
import { BUS } from '../event-bus.ts';

/** Where applications are told of their tokens. Without it nobody is told, and nothing of this costs a call or a right. */
export const EventsFile = z.strictObject({ bus: z.string().check(z.regex(BUS)) });
