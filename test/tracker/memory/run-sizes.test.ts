import { expect, test } from 'vitest';
import { runSizes, sizeClassFor } from '../../../source/tracker/memory/run-sizes.ts';

test('the size chosen for so many peers is the smallest that holds them', () => {
  for (const peers of [...Array(5_000).keys(), 99_999, 2 ** 20 - 1, 2 ** 20]) {
    const chosen = sizeClassFor(peers);
    expect(runSizes[chosen]).toBeGreaterThanOrEqual(peers);
    if (chosen > 0) expect(runSizes[chosen - 1]).toBeLessThan(peers);
  }
});
