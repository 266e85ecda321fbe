import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const skipsAreFailures = process.env['EVERSEED_NO_SKIPS'] === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most of the time tests wait for real clients and timers rather than compute.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    reporters: skipsAreFailures ? ['default', './test/helpers/tally-reporter.ts'] : ['default'],
  },
});
