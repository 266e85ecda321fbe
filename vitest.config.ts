import { defineConfig } from 'vitest/config';

const skipsAreFailures = process.env['EVERSEED_NO_SKIPS'] === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: skipsAreFailures ? ['default', './test/helpers/tally-reporter.ts'] : ['default'],
  },
});
