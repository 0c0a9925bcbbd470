import * as z from 'zod';

const TOKEN = z
  .strictObject({
    authorizationId: z.string(),
    status: z.enum(['active', 'inactive']),
    createdAt: z.iso.datetime().describe('ISO 8601, UTC'),
    owner: z.string().describe('the name of the user, or the id where nobody has it any more'),
    description: z.string(),
    reach: z.string().describe('what it may do: all-access, operator, or what it reads and writes'),
    secrets: z.array(z.string()).describe('that hold it'),
    perhaps: z
      .array(z.string())
      .describe(
        'secrets that hold one of several tokens of this owner: a server that hashes tokens does not tell which',
      ),
    rotators: z.boolean().describe("it is the rotator's own"),
  })
  .describe('a token that nothing manages');

/** What `discover --json` prints. */
export const DISCOVERY = z
  .strictObject({
    url: z.string(),
    managed: z.int().describe('tokens that have a marker of this program, of whatever deployment'),
    tokens: z.array(TOKEN).describe('the oldest first; with --write, without those that are taken over'),
    notes: z.array(z.string()).describe('what could not be told'),
    written: z
      .strictObject({ file: z.string(), consumers: z.array(z.string()) })
      .optional()
      .describe('with --write: what was added to the file'),
  })
  .describe('The tokens of an org that nothing manages');

export type Discovery = z.infer<typeof DISCOVERY>;
export type DiscoveredToken = z.infer<typeof TOKEN>;
