/** Time as the program sees it. Injected, so that a test or the demo can simulate days in milliseconds. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. */
  now(): number;
  /** Resolves `ms` milliseconds later. */
  sleep(ms: number): Promise<void>;
  /** A signal that aborts `ms` milliseconds from now. */
  timeout(ms: number): AbortSignal;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timeout: (ms) => AbortSignal.timeout(ms),
};
