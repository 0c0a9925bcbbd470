import { configDefaults, defineConfig } from 'vitest/config';

const MINUTE = 60_000;

/** The suites that need a program from outside npm, which a script builds or installs once a machine. */
const SLOW = ['influxdb', 'readers', 'runtime', 'deploy', 'package', 'oscal', 'browser', 'scale'];

const BUNDLES = 'test/tools/build-bundles.ts';

// Every time-out only ends what hangs: it is minutes, so that a loaded machine makes a test late and never red.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'ordinary',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...SLOW.map((suite) => `test/${suite}/**`)],
          globalSetup: BUNDLES,
          pool: 'threads',
          maxWorkers: 2,
          // The program says how it is typed by what npm says of how it was started.
          env: { npm_command: '', npm_lifecycle_event: '' },
          testTimeout: 3 * MINUTE,
          hookTimeout: 5 * MINUTE,
        },
      },
      ...SLOW.map((suite) => ({
        test: {
          name: suite,
          include: [`test/${suite}/**/*.test.ts`],
          globalSetup: suite === 'package' ? ['test/package/pack.ts'] : suite === 'influxdb' ? [BUNDLES] : [],
          pool: 'threads' as const,
          // They wait for clocks and for other programs, not for a processor.
          maxWorkers: 3,
          // After the ordinary tests, where somebody runs all at once.
          sequence: { groupOrder: 1 },
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
        },
      })),
    ],
  },
});
