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
    notes: z.array(z.string()).describe('what is left to do for a person'),
  })
  .describe('What was made of what a configuration needs, or would be');

export type Setup = z.infer<typeof SETUP>;

function planned(kind: Step['kind'], what: string, why: string): Step {
  return { kind, what, why, outcome: 'planned' };
}

/** What is to be made, with reasons. Of users and secrets no order matters; the token needs all of them. */
export function stepsOf({ influxdb: { tokenSecret } }: Configuration, look: Look): Step[] {
  const { missingOwners, rotatorUser, missingSecrets, why, ownRows } = look;
  const user = why !== undefined && rotatorUser.id === undefined ? [rotatorUser.name] : [];
  const replaced = why === undefined ? [] : ownRows.filter(({ isPresent }) => isPresent);
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
    ...replaced.map(({ authorizationId }) => planned('delete-token', authorizationId, REPLACED)),
    ...leftIn(look),
  ];
}

const REPLACED = 'the one before; a run that is under way with it ends early, and the next goes on';

/** What an earlier `init` replaced, or made and left. */
export function leftIn({ ownRows }: Look): Step[] {
  return ownRows
    .filter(({ isPresent }) => !isPresent)
    .map(({ authorizationId }) => planned('delete-token', authorizationId, 'of the rotator, and no longer its own'));
}

/** What is left to do for a person. */
export function notesOf({ why, handMadeOf }: Look): string[] {
  if (why === undefined || handMadeOf === undefined) return [];
  return [
    `the token before was made by hand, so that only you can end it: delete its authorization (influx auth list --user-id ${handMadeOf})`,
  ];
}
