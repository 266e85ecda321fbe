import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashIndex } from '../../../source/tracker/memory/hash-index.ts';
import { seededRandom } from '../seeded-random.ts';

function found(index: HashIndex, hash: number): number[] {
  const all: number[] = [];
  for (let one = index.first(hash); one >= 0; one = index.next()) all.push(one);
  return all;
}

test('finds what is in it, through additions and removals, also where hashes are equal', () => {
  const step = fc.record({
    reference: fc.nat(60),
    kind: fc.constantFrom('add', 'add', 'remove'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(3), (steps, spread) => {
      const hashes = Array.from({ length: 61 }, (_, n) =>
        spread === 0 ? n % 3 : Math.imul(n % (spread * 20), 0x9e3779b1) >>> 0,
      );
      const hashOf = (reference: number) => hashes[reference] ?? 0;
      const index = new HashIndex(hashOf);
      const held = new Set<number>();
      for (const { kind, reference } of steps) {
        if (kind === 'add' && !held.has(reference)) {
          held.add(reference);
          index.add(hashOf(reference), reference);
        } else if (kind === 'remove' && held.delete(reference)) {
          index.remove(hashOf(reference), reference);
        }
        for (const one of held) expect(found(index, hashOf(one))).toContain(one);
      }
      for (let one = 0; one <= 60; one++) {
        expect(found(index, hashOf(one)).includes(one)).toBe(held.has(one));
      }
    }),
  );
});

test('holds a hundred thousand, each found once', () => {
  const random = seededRandom(3);
  const hashes = Uint32Array.from({ length: 100_000 }, () => random() * 2 ** 32);
  const index = new HashIndex((reference) => hashes[reference] as number);
  for (const [reference, hash] of hashes.entries()) index.add(hash, reference);
  const missing = (references: number[]) =>
    references.filter(
      (one) => found(index, hashes[one] as number).filter((other) => other === one).length !== 1,
    );
  const all = [...hashes.keys()];
  expect(missing(all)).toEqual([]);
  for (const reference of all.slice(0, 60_000))
    index.remove(hashes[reference] as number, reference);
  expect(missing(all.slice(60_000))).toEqual([]);
  expect(missing(all.slice(0, 60_000))).toHaveLength(60_000);
});
