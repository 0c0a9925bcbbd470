import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/{influxdb,runtime,deploy,package}/**'],
    globalSetup: 'test/tools/build-handler.ts',
    pool: 'threads',
    testTimeout: 20_000,
    // The first synthesis of a file takes seconds, and ten where others use the machine, too.
    hookTimeout: 60_000,
  },
});
