import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Real clients that are told of no locale cannot write every file's name.
const { LC_ALL, LC_CTYPE, LANG } = process.env;
const env = LC_ALL || LC_CTYPE || LANG ? {} : { LANG: 'C.UTF-8' };

const skipsAreFailures = process.env['EVERSEED_NO_SKIPS'] === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    env,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most of the time tests wait for real clients and timers rather than compute.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Of the tests of a file that run side by side: each waits for a client's timers.
    maxConcurrency: 10,
    reporters: skipsAreFailures ? ['default', './test/helpers/tally-reporter.ts'] : ['default'],
  },
});
