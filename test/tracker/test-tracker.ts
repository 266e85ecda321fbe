import type { Announce } from '../../source/tracker/announce.ts';
import { type IpAddress, parseIpAddress } from '../../source/tracker/ip-address.ts';
import { createMemoryStore } from '../../source/tracker/memory/memory-store.ts';
import { createTracker } from '../../source/tracker/tracker.ts';
import { seededRandom } from './seeded-random.ts';

type TrackerOptions = Parameters<typeof createTracker>[0];

/** A tracker with the usual settings, but for those given; it has no address of its own. */
export function createTestTracker(options: Pick<TrackerOptions, 'now'> & Partial<TrackerOptions>) {
  return createTracker({
    createStore: createMemoryStore,
    intervalSeconds: 1_800,
    minIntervalSeconds: 60,
    announcesPerSecond: 1_000_000,
    bothFamilies: false,
    peerLimits: {
      inSwarm: 10_000,
      inAll: 100_000,
      ofAddressInSwarm: 32,
      ofAddressInAll: 1_000,
      ofNetworkInAll: 10_000,
      emptySwarms: 1_000_000,
    },
    browserLimits: {
      ...{ inSwarm: 1_000, inAll: 10_000, ofConnection: 100 },
      ...{ ofPartyInSwarm: 32, ofPartyInAll: 1_000 },
    },
    localAddresses: () => [],
    wallClock: options.now,
    random: seededRandom(1),
    ...options,
  });
}

/** What an announce tells unless it is given. */
export const plainAnnounce: Omit<Announce, 'infoHash' | 'peerId' | 'port'> = {
  complete: false,
  event: 'none',
  numWant: null,
  key: null,
  passkey: null,
  uploaded: null,
  downloaded: null,
};

/** An IPv4 address as the number of 32 bits that it is. */
export function ipv4(number: number): IpAddress {
  return String.fromCharCode(
    number >>> 24,
    (number >>> 16) & 0xff,
    (number >>> 8) & 0xff,
    number & 0xff,
  );
}

export function addressOf(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

/** How many peers are held. */
export function peersHeld(tracker: ReturnType<typeof createTracker>): number {
  const { peers, peers6 } = tracker.report().held;
  return peers + peers6;
}
