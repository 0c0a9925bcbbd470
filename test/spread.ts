import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Runs this very script once more for each processor, each with its part of the work, and gives all answers. */
export async function spread<T>(script: string): Promise<T[]> {
  const of = Math.max(1, availableParallelism());
  return Promise.all(Array.from({ length: of }, (_, part) => answerOf<T>(script, [`--part=${part}/${of}`])));
}

/** Which part of the work this process has; undefined in the first one. */
export function ownPart(): { readonly part: number; readonly of: number } | undefined {
  const [part, of] =
    process.argv
      .find((argument) => argument.startsWith('--part='))
      ?.slice('--part='.length)
      .split('/')
      .map(Number) ?? [];
  return part === undefined || of === undefined ? undefined : { part, of };
}

function answerOf<T>(script: string, args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [...process.argv.slice(2), ...args]);
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
