import { defineConfig } from 'vitest/config';

/** The tests that need no server: they take seconds, so that each mutant can have them all. */
export default defineConfig({
  test: {
    include: ['test/lambda/engine/**/*.test.ts'],
    pool: 'threads',
    // Stryker ends what hangs, by a time of its own.
    testTimeout: 120_000,
  },
});
