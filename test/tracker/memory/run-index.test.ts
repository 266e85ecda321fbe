import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kinds, positionLimit, RunIndex } from '../../../source/tracker/memory/run-index.ts';

type Kind = (typeof kinds)[keyof typeof kinds];

function found(index: RunIndex, hash: number, kind: Kind): number[] {
  const all: number[] = [];
  for (let isThere = index.first(hash, kind); isThere; isThere = index.next())
    all.push(index.found);
  return all;
}

test('finds what is in it, through additions, removals and moves, also where hashes are equal', () => {
  const step = fc.record({
    position: fc.integer({ min: -20, max: 19 }),
    to: fc.integer({ min: -20, max: 19 }),
    kind: fc.constantFrom(kinds.endpoint, kinds.tag),
    what: fc.constantFrom('add', 'add', 'remove', 'replace'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(3), (steps, spread) => {
      // by kind and position
      const hashes = new Map<string, number>();
      const hashOf = (kind: Kind, position: number) =>
        hashes.get(`${kind} ${position}`) ??
        Math.imul(position % (1 + spread * 9), 0x9e3779b1) >>> 0;
      const index = new RunIndex(hashOf);
      // what lies around is not its own
      const words = new Uint32Array(256).fill(0xffffffff);
      index.open(words, 64, 128);
      index.clear();
      const held = new Map<string, { kind: Kind; position: number }>();
      for (const { what, kind, position, to } of steps) {
        const name = `${kind} ${position}`;
        const nameTo = `${kind} ${to}`;
        if (what === 'add' && !held.has(name)) {
          held.set(name, { kind, position });
          index.add(hashOf(kind, position), kind, position);
        } else if (what === 'remove' && held.delete(name)) {
          index.remove(hashOf(kind, position), kind, position);
          hashes.delete(name);
        } else if (what === 'replace' && held.has(name) && !held.has(nameTo)) {
          const hash = hashOf(kind, position);
          hashes.set(nameTo, hash);
          index.replace(hash, kind, position, to);
          held.delete(name);
          hashes.delete(name);
          held.set(nameTo, { kind, position: to });
        }
      }
      for (const kind of [kinds.endpoint, kinds.tag]) {
        for (let position = -20; position < 20; position++) {
          const isThere = found(index, hashOf(kind, position), kind).includes(position);
          expect(isThere).toBe(held.has(`${kind} ${position}`));
        }
      }
      expect([words[63], words[192]]).toEqual([0xffffffff, 0xffffffff]);
    }),
  );
});

test('the furthest positions are found', () => {
  const index = new RunIndex(() => 0);
  index.open(new Uint32Array(8), 0, 8);
  const furthest = [1 - positionLimit, -1, 0, positionLimit - 1];
  for (const position of furthest) index.add(0, kinds.endpoint, position);
  expect(found(index, 0, kinds.endpoint)).toEqual(furthest);
  expect(found(index, 0, kinds.tag)).toEqual([]);
});
