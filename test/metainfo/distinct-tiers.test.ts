import { expect, test } from 'vitest';
import { distinctTiers } from '../../source/metainfo/distinct-tiers.ts';

test('a tracker stays only where it is tried first, and empty tiers go', () => {
  expect(distinctTiers([['a', 'b', 'a'], [], ['b'], ['c', 'a']])).toEqual([['a', 'b'], ['c']]);
});
