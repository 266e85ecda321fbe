import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitfield } from '../../source/seeding/bitfield.ts';
import { hex } from './bytes.ts';

test('the first piece is the highest bit', () => {
  const bitfield = new Bitfield(10);
  bitfield.set(0);
  bitfield.set(9);
  expect(bitfield.bits).toEqual(hex('8040'));
  expect([...bitfield.pieces()]).toEqual([0, 9]);
});

test('counts like a set of pieces', () => {
  const change = fc.record({ piece: fc.nat(40), add: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 33 }), fc.array(change), (pieceCount, changes) => {
      const bitfield = new Bitfield(pieceCount);
      const model = new Set<number>();
      for (const { piece, add } of changes) {
        if (!add) bitfield.unset(piece);
        else bitfield.set(piece);
        if (!add) model.delete(piece);
        else if (piece < pieceCount) model.add(piece);
      }
      expect(new Set(bitfield.pieces())).toEqual(model);
      expect(bitfield.count).toBe(model.size);
      expect(Bitfield.from(bitfield.bits, pieceCount).count).toBe(model.size);
      expect(bitfield.complete).toBe(model.size === pieceCount);
    }),
  );
});

test('spare bits that a peer sets are ignored', () => {
  const bitfield = Bitfield.from(hex('ffff'), 9);
  expect(bitfield.count).toBe(9);
  expect(bitfield.bits).toEqual(hex('ff80'));
  expect(Bitfield.full(9).bits).toEqual(hex('ff80'));
  expect(Bitfield.full(0).complete).toBe(true);
});
