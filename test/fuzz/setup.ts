import type { IAsyncProperty, IProperty, Parameters, RunDetails } from 'fast-check';
import { afterEach, beforeEach, vi } from 'vitest';

/** How many cases each property is tried with. */
const wanted = Number(process.env['EVERSEED_FUZZ_CASES'] ?? 100_000);
if (!Number.isSafeInteger(wanted) || wanted < 1) {
  throw new Error('EVERSEED_FUZZ_CASES must be a whole number above zero');
}

declare module 'vitest' {
  interface TaskMeta {
    /** Cases that the properties of this test were tried with. */
    fuzzCases?: number;
  }
}

let tried = 0;

beforeEach(() => {
  tried = 0;
});

afterEach(({ task }) => {
  task.meta.fuzzCases = tried;
});

/** Every `fc.assert` of the tests is tried with as many cases as wanted, and they are counted. */
vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>();
  const assert = <T>(
    property: IProperty<T> | IAsyncProperty<T>,
    parameters: Parameters<T> = {},
  ): void | Promise<void> =>
    original.assert(property, {
      ...parameters,
      numRuns: wanted,
      reporter(details: RunDetails<T>) {
        tried += details.numRuns;
        if (!details.failed) return;
        throw new Error(original.defaultReportMessage(details), { cause: details.errorInstance });
      },
    });
  return { ...original, default: { ...original.default, assert } };
});
