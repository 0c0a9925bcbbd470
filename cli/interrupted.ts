import { tell } from './terminal.ts';

/** Ends with 130 if somebody interrupts the work. @param truth what is true then, as a sentence. */
export async function tellingIfInterrupted<T>(truth: () => string, work: () => Promise<T>): Promise<T> {
  const onInterrupt = (): never => {
    tell(truth());
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
