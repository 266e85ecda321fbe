import { afterAll, onTestFinished } from 'vitest';

/** Who a helper's things belong to: what it defers is done when that is over. */
export interface Owner {
  defer(task: () => void | Promise<void>): void;
}

/** The test that runs. */
export const thisTest: Owner = {
  defer(task) {
    onTestFinished(async () => await task());
  },
};

/** All tests of a file: called at its top, for what they share. */
export function allTests(): Owner {
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());
  return stack;
}
