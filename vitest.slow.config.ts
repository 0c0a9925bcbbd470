import { defineConfig } from 'vitest/config';

/** The suites that need a program from outside npm, which a script builds or installs once a machine. */
export default defineConfig({
  test: {
    include: ['test/{influxdb,runtime,deploy,package}/**/*.test.ts'],
    pool: 'threads',
    // They wait for clocks and for other programs, not for a processor.
    maxWorkers: 3,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
