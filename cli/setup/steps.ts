import { z } from 'zod';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { Look } from './look.ts';

/** What `init` makes, in this order. */
export const STEP = z.strictObject({
  kind: z.enum(['write-file', 'create-user', 'create-secret', 'make-token', 'delete-token']),
  what: z.string().describe('the name of the file, the user or the secret, or the id of the authorization'),
  why: z.string(),
  outcome: z.enum(['planned', 'done', 'failed', 'not-attempted']),
});

export type Step = z.infer<typeof STEP>;

/** What `init` prints with `--json`. */
export const SETUP = z
  .strictObject({
    file: z.string().describe('the configuration'),
    steps: z.array(STEP).describe('none if all is there'),
    problems: z.array(z.string()).describe('what a person must mend first; then nothing is done'),
    notes: z.array(z.string()).describe('what to know, or to do later'),
  })
  .describe('What was made of what a configuration needs, or would be');

export type Setup = z.infer<typeof SETUP>;

/** What is to be made, with reasons. Of users and secrets no order matters; the token needs all of them. */
export function stepsOf(configuration: Configuration, look: Look, now: number): Step[] {
  const { missingOwners, rotatorUser, missingSecrets, why, leftovers } = look;
  const { tokenSecret } = configuration.influxdb;
  const planned = (kind: Step['kind'], what: string, because: string): Step => ({
    ...{ kind, what },
    why: because,
    outcome: 'planned',
  });
  const user = why !== undefined && rotatorUser.id === undefined ? [rotatorUser.name] : [];
  return [
    ...user.map((name) => planned('create-user', name, "owns the rotator's own token")),
    ...[...missingOwners].map(([name, consumers]) =>
      planned('create-user', name, `owns the tokens of ${consumers.join(', ')}`),
    ),
    ...[...missingSecrets].map(([name, consumer]) => planned('create-secret', name, `for the token of ${consumer}`)),
    ...(why !== undefined && look.ownArn === undefined
      ? [planned('create-secret', tokenSecret, "for the rotator's own token")]
      : []),
    ...(why === undefined ? [] : [planned('make-token', tokenSecret, `the rotator's own: ${why}`)]),
    ...leftovers
      .filter(({ until = 0 }) => until <= now)
      .map(({ authorizationId }) => planned('delete-token', authorizationId, 'of the rotator, and no longer its own')),
  ];
}

/** What cannot be done yet. */
export function notesOf({ leftovers }: Look, file: string, now: number): string[] {
  return leftovers.flatMap(({ authorizationId, until = 0 }) =>
    until <= now
      ? []
      : `authorization ${authorizationId}, the rotator's token before, still works for runs that are under way: after ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC, init --config ${file} deletes it`,
  );
}
