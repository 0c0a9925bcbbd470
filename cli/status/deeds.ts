import { styleText } from 'node:util';
import * as z from 'zod';
import type { ActionReport, RunReport } from '../../lambda/engine/report/report.ts';
import { table, type Width } from './lines.ts';

export const DEED = z
  .strictObject({
    consumer: z.string().optional().describe('left out for a token that no configured secret reaches'),
    kind: z.enum(['rotate', 'copy-forward', 'reactivate', 'note-compromised', 'switch-off', 'delete']),
    authorizationId: z.string().optional(),
    outcome: z.enum(['planned', 'done', 'failed', 'not-attempted']),
    reason: z.string(),
    code: z.string().describe('of docs/codes.md'),
    error: z.string().optional(),
  })
  .describe('one thing that was done to one token, or that would be');

export type Deed = z.infer<typeof DEED>;

export function deedsOf({ consumers, retirements = [] }: RunReport): Deed[] {
  return [
    ...consumers.flatMap(({ consumer, actions }) => actions.map((action) => ({ consumer, ...deedOf(action) }))),
    ...retirements.map(deedOf),
  ];
}

function deedOf({ kind, authorizationId, outcome, reason, reasonCode, error }: ActionReport): Deed {
  return {
    kind,
    ...(authorizationId !== undefined && { authorizationId }),
    ...{ outcome, reason, code: reasonCode },
    ...(error !== undefined && { error }),
  };
}

export const MARK = {
  done: styleText('green', '✔'),
  planned: styleText('cyan', '○'),
  failed: styleText('red', '✘'),
  'not-attempted': styleText('yellow', '–'),
} as const satisfies Record<Deed['outcome'], string>;

export const NOTHING_TO_DO = 'there is nothing to do now';
export const ONLY_A_PERSON = 'there is nothing that a run may do now: a person must, as the status says';

/** A line each: who, what, which token, and why. */
export function deedLines(deeds: readonly Deed[], width: Width): string[] {
  return table(
    deeds.map(({ consumer = '', kind, authorizationId = '', outcome, reason, error }) => [
      ...[MARK[outcome], consumer, kind, authorizationId],
      error === undefined ? reason : `${reason}: ${error}`,
    ]),
    { width, cut: 1 },
  ).flat();
}
