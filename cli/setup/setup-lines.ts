import { InfluxdbError, RotatorRejectedError } from '../../lambda/influxdb/errors.ts';
import { MARK } from '../status/deeds.ts';
import { indented, table } from '../status/lines.ts';
import { terminalWidth } from '../terminal.ts';
import { quoted, typedHere } from '../typed.ts';
import type { Setup, Step } from './steps.ts';
import { TOKEN_VARIABLE } from './usual.ts';

const VERB = {
  'write-file': 'write file',
  'create-user': 'create user',
  'create-secret': 'create secret',
  'make-token': 'make token in',
  'delete-token': 'delete token',
} as const satisfies Record<Step['kind'], string>;

/** A line a step: what, and why; and what else there is to know. */
export function setupLines({ file, steps, problems, notes }: Setup): string[] {
  const width = terminalWidth();
  const rest = [...problems, ...notes].flatMap((text) => indented(text, width));
  if (problems.length > 0) return [`nothing can be made for ${file} yet:`, ...rest];
  if (steps.length === 0) return [`all that ${file} needs is there`, ...rest];
  return [...table(steps.map(cells), { width }).flat(), ...rest];
}

/** While the others are not known yet. */
export function stepLine(step: Step): string {
  const [mark, verb = '', ...rest] = cells(step);
  return [mark, verb.padEnd(LONGEST_VERB), ...rest].join('  ');
}

const LONGEST_VERB = Math.max(...Object.values(VERB).map(({ length }) => length));

function cells({ kind, what, why, outcome }: Step): string[] {
  return [MARK[outcome], VERB[kind], what, why];
}

/** What to type once all is there. */
export function nextAfter(file: string): string {
  const command = (name: string) => typedHere(`${name} --local --config ${quoted(file)}`);
  return `next: ${command('check')}\nand once nothing is wrong: ${command('run')}, or deploy it`;
}

/** In the words of somebody who gave a token for this command. */
export function whyFailed(error: unknown): string {
  if (error instanceof RotatorRejectedError)
    return `InfluxDB does not accept the token that was given any more: give one that works (${TOKEN_VARIABLE})`;
  if (error instanceof InfluxdbError && (error.isMissingRight || error.status === 403))
    return `InfluxDB refuses this (${error.reason}): the token that was given may not do that; give an operator token, or have somebody who has one type what --commands prints`;
  return error instanceof Error ? error.message : String(error);
}
