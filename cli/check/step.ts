import * as z from 'zod';

/** One step of a remedy. What stands in `<…>` only a person knows. */
export const STEP = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('command'),
      command: z.string(),
      on: z.string().optional().describe('the machine, where it is not the one that looks'),
    })
    .describe('to be typed'),
  z
    .strictObject({
      kind: z.literal('statement'),
      change: z
        .enum(['add', 'remove', 'make-sure'])
        .describe('make-sure: it may be there, and nobody could look; what deploys the function gives it'),
      policy: z.string().describe('the kind of policy, as AWS names it'),
      statement: z.strictObject({
        Effect: z.enum(['Allow', 'Deny']),
        Action: z.array(z.string()),
        Resource: z.array(z.string()),
      }),
    })
    .describe('of a policy of AWS'),
  z
    .strictObject({
      kind: z.literal('configuration'),
      path: z.string().describe('such as influxdb.url; of a consumer with its name, such as consumers.telegraf.owner'),
      value: z.unknown().describe('what the key has then; without one, it is removed').optional(),
      rename: z.string().optional().describe('the path that the key should have'),
      instead: z.string().optional().describe('the text in a list that the value takes the place of'),
    })
    .describe('of the configuration, which is then deployed'),
  z.strictObject({ kind: z.literal('by-hand'), what: z.string() }),
]);

export type Step = z.infer<typeof STEP>;

export function command(typed: string, on?: string): Step {
  return { kind: 'command', command: typed, ...(on !== undefined && { on }) };
}

export function configuration(path: string, value: unknown, instead?: string): Step {
  return { kind: 'configuration', path, value, ...(instead !== undefined && { instead }) };
}

export function byHand(what: string): Step {
  return { kind: 'by-hand', what };
}

/** A step as a person reads it. */
export function lineOf(step: Step): string {
  switch (step.kind) {
    case 'command':
      return step.on === undefined ? step.command : `on ${step.on}: ${step.command}`;
    case 'statement': {
      const { change, policy, statement } = step;
      const where = { add: 'add to', remove: 'take out of', 'make-sure': 'make sure that this is in' }[change];
      return `${where} ${policy}: ${JSON.stringify(statement)}`;
    }
    case 'configuration': {
      const { path, value, rename, instead } = step;
      if (rename !== undefined) return `in the configuration: ${rename} instead of ${path}`;
      if (value === undefined) return `in the configuration: remove ${path}`;
      const from = instead === undefined ? '' : ` instead of ${JSON.stringify(instead)}`;
      return `in the configuration: ${path}: ${JSON.stringify(value)}${from}`;
    }
    case 'by-hand':
      return step.what;
  }
}
