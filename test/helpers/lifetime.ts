import { afterAll, type TestContext } from 'vitest';

/**
 * Takes what is to be done when something is over. That may be a test, as `onTestFinished` (of the
 * test's context, if tests run side by side), or all tests of a file.
 */
export type Lifetime = (work: (over?: Pick<TestContext, 'task'>) => void | Promise<void>) => void;

/** The lifetime of all tests of a file: what was begun last is ended first. */
export function lifetimeOfFile(): Lifetime {
  const begun = new AsyncDisposableStack();
  afterAll(() => begun.disposeAsync());
  return (work) => begun.defer(async () => void (await work()));
}
