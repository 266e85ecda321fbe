import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnMs } from '../../../source/seeding/choking/choker-peer.ts';
import {
  decideSlots,
  type Merit,
  optimisticSlots,
  rotationsPerSecond,
} from '../../../source/seeding/choking/decide-slots.ts';
import { applyRound, type TestPeer, testPeer } from './simulation.ts';

/** What peers earn changes as it likes, the worst that an algorithm can do to those who wait. */
const swarm = fc.record({
  slots: fc.integer({ min: 1, max: 40 }),
  count: fc.integer({ min: 1, max: 120 }),
  merits: fc.infiniteStream(fc.integer({ min: -3, max: 9 })),
  fickle: fc.infiniteStream(fc.nat(400)),
  hasMerit: fc.boolean(),
});

test('slots are kept, none is left free that somebody wants, and everybody has a turn in time', () => {
  fc.assert(
    fc.property(swarm, ({ slots, count, merits, fickle, hasMerit }) => {
      const peers = Array.from({ length: count }, (_, index) => testPeer(`${index}`));
      const random: Merit = () => {
        const value = merits.next().value ?? 0;
        return value < 0 ? null : value;
      };
      const merit = hasMerit ? random : null;
      const turnSlots = hasMerit ? optimisticSlots(slots) : slots;
      // each turn ends at the latest when all before it have: by so many a second
      const turnSeconds = turnMs / 1_000 + Math.ceil(slots / rotationsPerSecond(slots)) + 1;
      const patience = turnSeconds * (Math.ceil(count / turnSlots) + 1);
      for (let second = 1; second <= 200; second++) {
        const one = peers[fickle.next().value ?? 0];
        if (one) one.interested = !one.interested;
        if (one?.interested && one.choked) one.since = second * 1_000;
        const round = {
          slots,
          now: second * 1_000,
          rotations: rotationsPerSecond(slots),
        };
        const served = peers.filter(({ choked, interested }) => !choked && interested);
        const { choke } = applyRound((all) => decideSlots(all, round, merit), peers, round);
        const lost = choke.filter(({ interested }) => interested);
        expect(lost.length).toBeLessThanOrEqual(round.rotations);
        for (const loser of lost) expect(served).toContain(loser);
        const unchoked = peers.filter(({ choked }) => !choked);
        const wanting = peers.filter(({ interested }) => interested);
        expect(unchoked).toHaveLength(Math.min(slots, wanting.length));
        for (const waiting of wanting.filter(({ choked }) => choked)) {
          expect(second - waiting.since / 1_000).toBeLessThanOrEqual(patience);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('when there are fewer slots than before, those that are too many go, whoever has earned them', () => {
  const peers: TestPeer[] = Array.from({ length: 10 }, (_, index) =>
    testPeer(`${index}`, { choked: false, uploadRate: 10 - index }),
  );
  const decide = (all: readonly TestPeer[]) =>
    decideSlots(all, { slots: 5, now: turnMs, rotations: 9 }, ({ uploadRate }) => uploadRate);
  applyRound(decide, peers, { slots: 5, now: turnMs, rotations: 9 });
  const left = peers.filter(({ choked }) => !choked);
  expect(left).toHaveLength(5);
  // four of them have earned theirs
  expect(left.map(({ name }) => name)).toEqual(expect.arrayContaining(['0', '1', '2', '3']));
});
