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

/** What an address consists of (RFC 3986), without the anchor. Where it is shown, anything else may mean something. */
const ADDRESS = /^https?:\/\/[\w.~:/?[\]@!$&'()*+,;=%-]+$/;

const WITH_USER = /^[^/]*:\/*[^/?#]*@/;

/** That people could not open it, or that it holds what not everybody may see. */
export function runbookProblems(runbookUrl: string | undefined): Problem[] {
  if (runbookUrl === undefined || Token.isUnresolved(runbookUrl)) return [];
  const path = 'runbookUrl';
  // Without the value, which would show it, too.
  if (WITH_USER.test(runbookUrl))
    return [{ path, message: 'must not contain a user or password: alarms and messages show it to everybody' }];
  if (ADDRESS.test(runbookUrl) && URL.canParse(runbookUrl) && runbookUrl.length <= LONGEST) return [];
  const message = `must be an address with https:// or http://, without #, of at most ${LONGEST} characters, as a browser copies it: an anchor is added to it`;
  return [{ path, message, value: runbookUrl }];
}
