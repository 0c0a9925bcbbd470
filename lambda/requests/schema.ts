import * as z from 'zod/mini';
import { DURATION } from '../config/duration.ts';
import { NAME } from '../config/file/schema.ts';
import { ID } from '../config/influxdb-id.ts';

const text = z.string().check(z.minLength(1), z.maxLength(200));
const name = z.string().check(z.regex(NAME));
const duration = z.string().check(z.regex(DURATION));
const names = z.array(name).check(z.minLength(1));

/** What Secrets Manager takes as a version's id. */
const VERSION_ID = /^[A-Za-z0-9-]{32,64}$/;

const look = { consumers: z.optional(names) };
const asked = { reason: text, by: z.optional(text) };

/** The requests, as people write them. The checks that need the configuration are in `request-checks.ts`. */
export const SCHEMAS = {
  run: z.strictObject({ action: z.literal('run'), ...look }),
  plan: z.strictObject({
    action: z.literal('plan'),
    ...look,
    command: z.optional(z.looseObject({})),
    fail: z.optional(z.literal(false)),
  }),
  status: z.strictObject({ action: z.literal('status'), ...look }),
  check: z.strictObject({ action: z.literal('check'), ...look }),
  rotate: z.strictObject({
    action: z.literal('rotate'),
    consumers: z.optional(names),
    all: z.optional(z.literal(true)),
    compromised: z.optional(z.boolean()),
    force: z.optional(z.boolean()),
    minAge: z.optional(duration),
    ...asked,
  }),
  reactivate: z.strictObject({ action: z.literal('reactivate'), consumer: name, for: duration, ...asked }),
  rollback: z.strictObject({ action: z.literal('rollback'), consumer: name, ...asked }),
  resume: z.strictObject({
    action: z.literal('resume'),
    consumer: name,
    versionId: z.string().check(z.regex(VERSION_ID)),
    ...asked,
  }),
  retire: z.strictObject({ action: z.literal('retire'), authorizationId: z.string().check(z.regex(ID)), ...asked }),
};

type Files = { readonly [Action in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[Action]> };

export type CommandFile = Files['rotate' | 'reactivate' | 'rollback' | 'resume' | 'retire'];
export type RequestFile = Files[keyof Files];
