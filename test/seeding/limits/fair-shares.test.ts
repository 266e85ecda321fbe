import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settleShares } from '../../../source/seeding/limits/fair-shares.ts';

test('who has had less than the others has credit for it, who has had more the opposite', () => {
  const shares = [0, 300, 600].map((taken) => ({ taken, credit: 0 }));
  settleShares(shares, 1_000);
  expect(shares).toEqual([300, 0, -300].map((credit) => ({ taken: 0, credit })));
  settleShares(shares, 100);
  expect(shares.map(({ credit }) => credit)).toEqual([100, 0, -100]);
});

test('credits are even in all, as long as none is cut', () => {
  const taken = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(taken, { minLength: 1, maxLength: 20 }), (rounds) => {
      const shares = (rounds[0] ?? []).map(() => ({ taken: 0, credit: 0 }));
      for (const round of rounds) {
        for (const [index, share] of shares.entries()) share.taken += round[index] ?? 0;
        settleShares(shares, Number.POSITIVE_INFINITY);
      }
      expect(shares.reduce((sum, { credit }) => sum + credit, 0)).toBeCloseTo(0, 3);
    }),
  );
});
