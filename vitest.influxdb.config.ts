import { defineConfig } from 'vitest/config';

/** The suite against a real influxd, which takes minutes to build once and a minute to run. */
export default defineConfig({
  test: {
    include: ['test/influxdb/**/*.test.ts'],
    pool: 'threads',
    // They wait for the clock, not for a processor.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
