import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PeerDeck } from '../../source/tracker/peer-deck.ts';
import { seededRandom } from './seeded-random.ts';

const card = (name: number) => ({ name, position: 0 });

test('12 all are dealt before any is dealt again', () => {
  const deck = new PeerDeck<ReturnType<typeof card>>();
  for (let i = 0; i < 500; i++) deck.add(card(i));
  const random = seededRandom(1);
  const seen = new Map<number, number>();
  for (let i = 0; i < 100; i++) {
    const hand: ReturnType<typeof card>[] = [];
    deck.deal(50, random, hand);
    expect(new Set(hand).size).toBe(50);
    for (const { name } of hand) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  expect(seen.size).toBe(500);
  expect([...seen.values()].every((times) => times === 10)).toBe(true);
});

test('12 who is dealt together is left to chance', () => {
  const deck = new PeerDeck<ReturnType<typeof card>>();
  for (let i = 0; i < 100; i++) deck.add(card(i));
  const random = seededRandom(2);
  const together = new Map<number, number>();
  for (let i = 0; i < 2_000; i++) {
    const hand: ReturnType<typeof card>[] = [];
    deck.deal(10, random, hand);
    if (!hand.some(({ name }) => name === 0)) continue;
    for (const { name } of hand) together.set(name, (together.get(name) ?? 0) + 1);
  }
  together.delete(0);
  // 200 hands hold card 0, each with 9 of 99 others: about 18 times each
  expect(together.size).toBe(99);
  expect(Math.max(...together.values())).toBeLessThan(40);
});

test('it holds exactly what was added and not removed, and never deals one twice in a hand', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ remove: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ deal: fc.integer({ min: 0, max: 25 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.integer(), (steps, seed) => {
      const deck = new PeerDeck<ReturnType<typeof card>>();
      const model = new Map<number, ReturnType<typeof card>>();
      const random = seededRandom(seed);
      for (const step of steps) {
        if ('add' in step && !model.has(step.add)) {
          const added = card(step.add);
          model.set(step.add, added);
          deck.add(added);
        } else if ('remove' in step) {
          const removed = model.get(step.remove);
          if (removed) deck.remove(removed);
          model.delete(step.remove);
        } else if ('deal' in step) {
          const hand: ReturnType<typeof card>[] = [];
          deck.deal(step.deal, random, hand);
          expect(hand).toHaveLength(Math.min(step.deal, model.size));
          expect(new Set(hand).size).toBe(hand.length);
          for (const dealt of hand) expect(model.get(dealt.name)).toBe(dealt);
        }
        expect(deck.size).toBe(model.size);
      }
    }),
    { numRuns: 500 },
  );
});
