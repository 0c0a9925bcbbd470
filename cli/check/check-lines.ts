import { styleText } from 'node:util';
import { indented, nextLine, type Width } from '../status/lines.ts';
import type { Check } from './check.ts';
import { type Fault, GROUPS, type Group, TITLES } from './fault.ts';
import { lineOf, type Step } from './step.ts';

/** The check as people read it: a line for what is well, and below a title what is wrong, with what to do. */
export function checkLines(check: Check, width: Width): string[] {
  return [headline(check), '', ...GROUPS.flatMap((group) => linesOf(group, check, width)), ...unchecked(check, width)];
}

function headline({ deployment, faults }: Check): string {
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  const result = faults.length === 0 ? styleText('green', 'nothing is wrong') : styleText('red', count);
  return deployment === undefined ? result : `${styleText('bold', deployment)}: ${result}`;
}

function linesOf(group: Group, { well, faults }: Check, width: Width): string[] {
  const ofGroup = faults.filter((each) => each.group === group);
  if (ofGroup.length > 0)
    return [
      `${styleText('red', '✘')} ${TITLES[group]}`,
      ...ofGroup.flatMap((each, index) => faultLines(each, ofGroup[index + 1], width)),
    ];
  return well
    .filter((each) => each.group === group)
    .map(({ what }) => `${styleText('green', '✔')} ${TITLES[group]}: ${what}`);
}

/** What mends neighbours is told once, after the last of them. */
function faultLines({ code, consumers, what, remedy }: Fault, next: Fault | undefined, width: Width): string[] {
  const whose = consumers.length === 0 ? '' : `${consumers.join(', ')}: `;
  const isTold = JSON.stringify(next?.remedy) === JSON.stringify(remedy);
  return [...indented(`${whose}${what} (${code})`, width), ...(isTold ? [] : stepLines(remedy))];
}

function stepLines(steps: readonly Step[]): string[] {
  return steps.map((step) => nextLine(lineOf(step)));
}

function unchecked({ unchecked: all }: Check, width: Width): string[] {
  if (all.length === 0) return [];
  const lines = all.flatMap(({ what, why, remedy }) => [...indented(`${what}: ${why}`, width), ...stepLines(remedy)]);
  return ['', `${styleText('yellow', '–')} Could not be checked`, ...lines];
}
