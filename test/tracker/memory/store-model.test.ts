import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Role } from '../../../source/tracker/announce.ts';
import { createMemoryStore } from '../../../source/tracker/memory/memory-store.ts';
import type { PeerList } from '../../../source/tracker/peer-list.ts';
import { seededRandom } from '../seeded-random.ts';
import { ipv4 } from '../test-tracker.ts';
import { inText, type TextAnnouncement } from '../text-store.ts';
import { NaiveStore } from './naive-store.ts';

const lifetimeSeconds = 100;
const limits = {
  inSwarm: 260,
  inAll: 400,
  ofAddressInSwarm: 60,
  ofAddressInAll: 90,
  ofNetworkInAll: 250,
  emptySwarms: 1_000,
};
const hashes = ['a', 'b'].map((letter) => letter.repeat(20));

/** Far and near, of both families, some of them of one network; each with many ports. */
const addresses = [
  ...[0x08080101, 0x08080102, 0x08090101, 0x0a000001, 0x7f000001].map(ipv4),
  ...['\x2a\x01\0\0\0\0\0\0', '\x2a\x01\0\0\0\0\0\x01', '\xfd\0\0\0\0\0\0\0'].map(
    (network) => `${network}${'\0'.repeat(7)}\x05`,
  ),
];

const newStore = (now: () => number, seed: number) =>
  inText(
    createMemoryStore({
      lifetimeMs: lifetimeSeconds * 1000,
      limits,
      keepPeerIds: true,
      now,
      random: seededRandom(seed),
    }),
  );

const announcements = fc.record({
  kind: fc.constant('announce' as const),
  infoHash: fc.constantFrom(...hashes),
  address: fc.constantFrom(...addresses),
  port: fc.integer({ min: 1, max: 70 }),
  /** Who it is: few, so that they move, are of both families, and take places of others. */
  who: fc.nat(25),
  key: fc.constantFrom(null, 1, 1, 1, 2),
  role: fc.constantFrom<Role>('seed', 'downloader', 'downloader', 'partialSeed'),
  event: fc.constantFrom('completed' as const, 'stopped' as const, null, null),
  want: fc.constantFrom(0, 5, 50, 500),
  families: fc.constantFrom('own' as const, 'both' as const),
  unlisted: fc.constantFrom(false, false, false, false, true),
});

/** So many announce the same at once, each from a port of its own and with an id of its own. */
const crowds = fc.record({
  kind: fc.constant('crowd' as const),
  of: announcements,
  size: fc.constantFrom(10, 70),
});

const steps = fc.oneof(
  { weight: 20, arbitrary: announcements },
  { weight: 4, arbitrary: crowds },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('forget' as const),
      infoHash: fc.constantFrom(...hashes),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), seconds: fc.nat(30) }),
  },
);

type Announcing = typeof announcements extends fc.Arbitrary<infer Step> ? Step : never;

test('106 the store answers what a plain list of peers would, whatever is announced', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 40, maxLength: 80 }), fc.integer(), (all, seed) => {
      let second = 0;
      let store = newStore(() => second * 1000, seed);
      const naive = new NaiveStore(limits, lifetimeSeconds);
      const countsOf = () => hashes.map((infoHash) => naive.counts(infoHash));

      const announce = ({ who, kind: _, ...step }: Announcing) => {
        const text: TextAnnouncement = { ...step, peerId: `-XX-${who}`.padEnd(20, '.') };
        const expected = naive.announce(text, second);
        const { counts, peers, peers6, finished, sinceBefore } = store.announce(text);
        expect({ finished, sinceBefore, counts: { ...counts } }).toEqual({
          finished: expected.finished,
          sinceBefore: expected.sinceBefore,
          counts: naive.counts(text.infoHash),
        });
        expectTold(text, [peers, peers6], expected.useful);
      };

      const expectTold = (
        { address, families, want }: TextAnnouncement,
        lists: readonly [PeerList, PeerList],
        useful: ReturnType<NaiveStore['announce']>['useful'],
      ) => {
        let possible = 0;
        for (const family of [0, 1] as const) {
          const isAsked = families === 'both' || (family === 0) === (address.length === 4);
          const told = lists[family].peers();
          const isOf = isAsked ? useful[family] : new Map();
          possible += isOf.size;
          expect(new Set(told.map(({ endpoint }) => endpoint)).size).toBe(told.length);
          const wrong = told.filter(
            ({ endpoint, peerId }) => isOf.get(endpoint)?.peerId !== peerId,
          );
          expect(wrong).toEqual([]);
        }
        expect(lists[0].count + lists[1].count).toBe(Math.min(want, possible));
      };

      for (const step of all) {
        store.takeChanged(10);
        const before = countsOf();
        const isAnnounced = step.kind !== 'forget' && step.kind !== 'restart';
        if (step.kind === 'announce') announce(step);
        else if (step.kind === 'crowd') {
          for (let n = 0; n < step.size; n++) {
            announce({ ...step.of, port: 1 + n, who: step.of.who + n });
          }
        } else if (step.kind === 'wait') {
          second += step.seconds;
          // one looks at some thousands
          for (let n = 0; n < 10; n++) store.sweep();
          naive.expire(second);
        } else if (step.kind === 'forget') {
          store.forget(step.infoHash);
          naive.forget(step.infoHash);
        } else {
          const dump = Buffer.concat(Array.from(store.dump(0), (piece) => Buffer.from(piece)));
          store = newStore(() => second * 1000, seed + 1);
          store.restore(dump, step.seconds);
          naive.restored(second, step.seconds);
          for (const infoHash of hashes) {
            const completed = naive.completedOf(infoHash);
            if (completed > 0) store.restoreCompleted(infoHash, completed);
          }
        }
        const changed = store.takeChanged(10);
        for (const [n, infoHash] of hashes.entries()) {
          const counts = naive.counts(infoHash);
          expect(store.counts(infoHash)).toEqual(counts);
          const hasChanged = JSON.stringify(before[n]) !== JSON.stringify(counts);
          if (hasChanged && isAnnounced) expect(changed).toContain(infoHash);
        }
        expect(store.totals).toMatchObject(naive.totals);
      }
    }),
    // to shrink so many announces takes minutes
    { numRuns: 25, endOnFailure: true },
  );
});
