import { tell } from './terminal.ts';

/** @param text what is true then, if somebody interrupts the work. */
export async function tellingInterruption<T>(text: string, work: () => Promise<T>): Promise<T> {
  const onInterrupt = (): never => {
    tell(text);
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
