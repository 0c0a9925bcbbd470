import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/{influxdb,runtime,deploy}/**'],
    pool: 'threads',
    testTimeout: 20_000,
  },
});
