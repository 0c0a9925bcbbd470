import { Token } from 'aws-cdk-lib';
import type { Problem } from '../lambda/config/problems.ts';

/** @internal */
export interface RunbookOptions {
  /**
   * The address of the runbook, for those who have a copy of their own. Alarms, messages for people and findings link to it,
   * with an anchor behind `#`.
   * @default docs/operations.md of this version, in its repository
   */
  readonly runbookUrl?: string;
}

/** With an anchor, the description of an alarm must stay below 1,024 characters. */
const LONGEST = 500;

/** That people could not open it. */
export function runbookProblems(runbookUrl: string | undefined): Problem[] {
  if (runbookUrl === undefined || Token.isUnresolved(runbookUrl)) return [];
  const isRight = /^https?:\/\/[^\s#]+$/.test(runbookUrl) && URL.canParse(runbookUrl) && runbookUrl.length <= LONGEST;
  if (isRight) return [];
  const message = `must be an address with https:// or http://, without #, of at most ${LONGEST} characters: an anchor is added to it`;
  return [{ path: 'runbookUrl', message, value: runbookUrl }];
}
