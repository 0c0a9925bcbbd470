import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Runs this very script once more for each processor, each with its part of the work, and gives all answers. */
export async function spread<T>(script: string): Promise<T[]> {
  const of = Math.max(1, availableParallelism());
  return Promise.all(Array.from({ length: of }, (_, part) => answerOf<T>(script, `${part}/${of}`)));
}

/** Which part of the work this process has; undefined in the first one. */
export function ownPart(): { readonly part: number; readonly of: number } | undefined {
  const [part, of] = process.env[PART]?.split('/').map(Number) ?? [];
  return part === undefined || of === undefined ? undefined : { part, of };
}

const PART = 'PART_OF_WORK';

/** A whole number that was given as an option. */
export function count(name: string, given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Error(`--${name} takes a whole number, not ${JSON.stringify(given)}`);
}

function answerOf<T>(script: string, part: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(script, process.argv.slice(2), { env: { ...process.env, [PART]: part } });
    let answer: { readonly value: T } | undefined;
    child.on('message', (value) => {
      answer = { value: value as T };
      child.disconnect();
    });
    child.on('exit', (code) =>
      answer === undefined ? reject(new Error(`a worker ended with ${code}`)) : resolve(answer.value),
    );
  });
}
