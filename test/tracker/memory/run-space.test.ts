import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunSpace } from '../../../source/tracker/memory/run-space.ts';
import { type Slab, SlabPool, slabWords } from '../../../source/tracker/memory/slab-pool.ts';

/** Counts what is lent. */
class CountingPool extends SlabPool {
  lent = 0;

  override take(): Slab {
    this.lent++;
    return super.take();
  }

  override give(slab: Slab): void {
    this.lent--;
    super.give(slab);
  }
}

/** Short ones, a third of a slab's sixteenth, and ones that have a slab of their own. */
const lengths = [3, 7, 2_731, 8_000, 20_000, slabWords + 1];

test('runs keep their words whatever comes and goes, without gaps, in memory that is used again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(lengths.length - 1), fc.nat(), fc.boolean()), { maxLength: 300 }),
      (steps) => {
        const pool = new CountingPool();
        const runOf = new Map<number, number>();
        const space = new RunSpace(lengths, pool, (owner, run) => runOf.set(owner, run));
        const words = (run: number) => {
          const length = lengths[space.sizeClassOf(run)] ?? 0;
          const start = space.startOf(run);
          return space.slabOf(run).words.subarray(start, start + length);
        };
        let owners = 0;
        for (const [sizeClass, which, isGone] of steps) {
          const known = [...runOf];
          if (isGone && known.length > 0) {
            const [owner, run] = known[which % known.length] ?? [0, 0];
            runOf.delete(owner);
            space.release(run);
          } else {
            const owner = owners++;
            const run = space.allocate(sizeClass, owner);
            expect(runOf.get(owner)).toBe(run);
            words(run).fill(owner, 1);
          }
          for (const [owner, run] of runOf) {
            const own = words(run);
            expect(own[0]).toBe(owner);
            expect(own[1]).toBe(owner);
            expect(own.at(-1)).toBe(owner);
          }
        }
        const shared = [0, 1, 2, 3].map((sizeClass) => {
          const runs = [...runOf.values()].filter((run) => space.sizeClassOf(run) === sizeClass);
          return Math.ceil(runs.length / Math.floor(slabWords / (lengths[sizeClass] ?? 1)));
        });
        expect(pool.lent).toBe(shared.reduce((sum, slabs) => sum + slabs));
        for (const [owner, run] of [...runOf]) {
          space.release(runOf.get(owner) ?? run);
          runOf.delete(owner);
        }
        expect(pool.lent).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
