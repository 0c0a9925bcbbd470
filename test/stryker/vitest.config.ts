import { defineConfig } from 'vitest/config';

/** The tests that need no server: they take seconds, so that each mutant can have them all. */
export default defineConfig({
  test: {
    include: [
      'test/lambda/engine/plan.test.ts',
      'test/lambda/engine/decision.test.ts',
      'test/lambda/engine/document.test.ts',
      'test/lambda/engine/facts.test.ts',
      'test/lambda/engine/marker.test.ts',
      'test/lambda/engine/strangers.test.ts',
      'test/lambda/engine/tokens.test.ts',
    ],
    pool: 'threads',
  },
});
