import * as z from 'zod';
import { STEP } from './step.ts';

/** What a check looks at, in the order in which a person mends it: the rights of the rotator follow from the names. */
export const GROUPS = ['configuration', 'aws', 'influxdb', 'names', 'rotator', 'secrets', 'clocks', 'tokens'] as const;

export type Group = (typeof GROUPS)[number];

export const TITLES = {
  configuration: 'Configuration',
  aws: 'AWS account and Region',
  influxdb: 'InfluxDB',
  rotator: "The rotator's own token",
  names: 'Owners, buckets and org',
  secrets: 'Secrets',
  clocks: 'Clocks',
  tokens: 'Tokens',
} as const satisfies Record<Group, string>;

export const FAULT = z
  .strictObject({
    group: z.enum(GROUPS),
    code: z.string().describe('of docs/codes.md'),
    consumers: z.array(z.string()).describe('whom it is about; empty for what concerns all'),
    what: z.string().describe('what is wrong, and where'),
    remedy: z.array(STEP).describe('what to do, in this order; empty where only the sentence tells'),
  })
  .describe('something that keeps tokens from being rotated');

export type Fault = z.infer<typeof FAULT>;
