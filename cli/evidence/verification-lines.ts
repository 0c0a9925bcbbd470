import { styleText } from 'node:util';
import { minuteOf } from '../status/lines.ts';
import type { Verification } from './verification.ts';

export function verificationLines(verification: Verification): string[] {
  const { deployment, place, records, first, head, anchored, fault, sample, unknown } = verification;
  const wrong = sample.filter(({ problem }) => problem !== undefined);
  const span = first && head ? `, from ${minuteOf(first.at)} to ${minuteOf(head.at)}` : '';
  const compared =
    anchored === 0 ? '' : `; ${counted(anchored, 'record')} compared with the log or with what was noted`;
  return [
    `The evidence of ${deployment} in ${place}: ${counted(records, 'record')}${span}`,
    '',
    ...(fault === undefined
      ? [styleText('green', `The chain is whole${compared}.`)]
      : [styleText('red', `Not as it was written: ${fault.message}`), `  line ${fault.line} of ${fault.file}`]),
    ...(sample.length === 0 || wrong.length > 0
      ? []
      : [
          styleText('green', `${counted(sample.length, 'consumer')} looked at now, as the latest record of each says.`),
        ]),
    ...wrong.map(({ problem = '' }) => styleText('red', `Not as it is now: ${problem}`)),
    ...unknown.map((each) => styleText('yellow', `Not known: ${each}`)),
    ...(head === undefined || fault !== undefined
      ? []
      : ['', `Note this, for a later --head: ${head.number}:${head.hash}`]),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
