import type {
  Announce,
  AnnounceAnswer,
  Refusal,
  Requester,
  Role,
  ScrapeEntry,
} from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { fromHex } from './binary-string.ts';
import { type Everseed, everseedAddressFor } from './everseed-address.ts';
import { addressBytes, compactEndpoint } from './ipv4.ts';
import type { LocalAddress } from './local-addresses.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import type { PeerAddress } from './peer-list.ts';
import type { PeerLimits, StoredCounts } from './swarm-store.ts';

/** Who is answered, and what: the tracker apart from the protocols that carry it. */
export interface Tracker {
  announce(announce: Announce, requester: Requester): AnnounceAnswer | Refusal;
  /** An entry for each info hash, in that order; unknown ones have empty swarms. */
  scrape(infoHashes: readonly BinaryString[]): ScrapeEntry[];

  /**
   * Serves an info hash from now on. `completed` is how many downloads are already counted. What
   * is tracked already keeps its swarm and its own count.
   */
  track(infoHash: BinaryString, publication: { completed: number; seeding: boolean }): void;
  /** Serves an info hash no longer, and forgets its peers. */
  untrack(infoHash: BinaryString): void;
  setSeeding(infoHash: BinaryString, seeding: boolean): void;
  setEverseed(everseed: Everseed | null): void;

  /** Whether a leecher that asks is told of the everseed. */
  lists(infoHash: BinaryString): boolean;
  /** A swarm as strangers are told; empty for what is not tracked. */
  countsOf(infoHash: BinaryString): ScrapeEntry;
  /** The swarms whose counts changed since the last call, without the everseed. */
  takeChanged(): ScrapeEntry[];
  /** Forgets silent peers. To be called about once a second. */
  tick(): void;
  stats(): TrackerStats;
}

/** Since the start, but for those that say now. */
export interface TrackerStats {
  /** Info hashes served now. */
  tracked: number;
  /** Peers held in memory now. */
  peers: number;
  announces: number;
  scrapes: number;
  /** Announces for what is not tracked. */
  refused: number;
}

interface TrackerOptions {
  /** Seconds between the announces of a peer; each answer varies it by up to a tenth. */
  intervalSeconds: number;
  /** Seconds before which a peer is asked not to announce again. */
  minIntervalSeconds: number;
  peerLimits: PeerLimits;
  localAddresses: () => readonly LocalAddress[];
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
}

interface Publication {
  seeding: boolean;
}

const defaultNumWant = 50;
/** So that the answer over UDP, 20 bytes and 6 a peer, is one unfragmented datagram. */
const maxNumWant = 200;
const jitter = 0.1;

/** How long a silent peer is listed, for it to miss an announce and try again. */
function lifetimeMs(intervalSeconds: number): number {
  return (intervalSeconds * 1.5 + 60) * 1000;
}

export function createTracker(options: TrackerOptions): Tracker {
  const { now, random } = options;
  const publications = new Map<BinaryString, Publication>();
  const changed = new Set<BinaryString>();
  const swarms = createMemoryStore({
    lifetimeMs: lifetimeMs(options.intervalSeconds),
    limits: options.peerLimits,
    keepPeerIds: true,
    now,
    random,
    onCountsChanged: (infoHash) => changed.add(infoHash),
  });
  const minInterval = Math.floor(
    Math.min(options.minIntervalSeconds, options.intervalSeconds * (1 - jitter)),
  );
  let everseed: Everseed | null = null;
  let announces = 0;
  let scrapes = 0;
  let refused = 0;

  /** Spreads announces that began at the same time, as after a restart. */
  const nextInterval = () =>
    Math.round(options.intervalSeconds * (1 + jitter * (2 * random() - 1)));

  /** The everseed as this requester can reach it. */
  const everseedFor = (publication: Publication, requester: Requester): PeerAddress | null => {
    if (!publication.seeding || !everseed) return null;
    const address = everseedAddressFor(requester, everseed, options.localAddresses());
    if (address === null) return null;
    return {
      endpoint: compactEndpoint(address, everseed.port),
      peerId: everseed.peerId === undefined ? null : fromHex(everseed.peerId),
    };
  };

  const lists = (infoHash: BinaryString): boolean =>
    everseed !== null && publications.get(infoHash)?.seeding === true;

  /** As strangers are told: the everseed is one more seed. */
  const toldEntry = (infoHash: BinaryString, counts: StoredCounts): ScrapeEntry => {
    const seeds = lists(infoHash) ? counts.seeds + 1 : counts.seeds;
    return { infoHash, ...counts, seeds };
  };

  const countsOf = (infoHash: BinaryString) => toldEntry(infoHash, swarms.counts(infoHash));

  return {
    announce(announce, requester) {
      announces++;
      const { infoHash } = announce;
      const publication = publications.get(infoHash);
      if (!publication) {
        refused++;
        return { kind: 'refusal', reason: 'not published here', final: true };
      }

      const role = roleOf(announce);
      const stopped = announce.event === 'stopped';
      const want = stopped ? 0 : Math.min(announce.numWant ?? defaultNumWant, maxNumWant);
      const seeder = everseedFor(publication, requester);
      const isEverseed = seeder?.endpoint === compactEndpoint(requester.address, announce.port);
      // also to those that have nothing left: aria2 says so of a magnet link, before it knows what
      // there is to download
      const tellEverseed = seeder !== null && !isEverseed && want > 0;

      const announced = swarms.announce({
        infoHash,
        address: addressBytes(requester.address),
        port: announce.port,
        peerId: announce.peerId,
        key: announce.key,
        role,
        event: stopped ? 'stopped' : announce.event === 'completed' ? 'completed' : null,
        want: tellEverseed ? want - 1 : want,
        families: 'own',
        unlisted: isEverseed,
      });
      if (tellEverseed) announced.peers.add(seeder.endpoint, seeder.peerId);

      const tooSoon =
        announce.event === 'none' &&
        announced.sinceBefore !== null &&
        announced.sinceBefore < minInterval * 1000;
      return {
        kind: 'answer',
        ...toldEntry(infoHash, announced.counts),
        interval: nextInterval(),
        minInterval,
        peers: announced.peers,
        peers6: announced.peers6,
        externalAddress: requester.address,
        warning: tooSoon ? `announced again within the min interval of ${minInterval} s` : null,
      };
    },

    scrape(infoHashes) {
      scrapes++;
      return infoHashes.map(countsOf);
    },

    track(infoHash, { completed, seeding }) {
      const known = publications.get(infoHash);
      if (known) known.seeding = seeding;
      else {
        publications.set(infoHash, { seeding });
        swarms.setCompleted(infoHash, completed);
      }
    },

    untrack(infoHash) {
      publications.delete(infoHash);
      swarms.forget(infoHash);
      changed.delete(infoHash);
    },

    setSeeding(infoHash, seeding) {
      const publication = publications.get(infoHash);
      if (publication) publication.seeding = seeding;
    },

    setEverseed(next) {
      everseed = next;
    },

    lists,
    countsOf,

    takeChanged() {
      const entries = [...changed].map((infoHash) => ({ infoHash, ...swarms.counts(infoHash) }));
      changed.clear();
      return entries;
    },

    tick() {
      swarms.sweep();
    },

    stats() {
      const { peers, peers6 } = swarms.totals;
      return { tracked: publications.size, peers: peers + peers6, announces, scrapes, refused };
    },
  };
}

/** A completion is believed only of those that have nothing left. */
function roleOf(announce: Announce): Role {
  if (announce.complete) return 'seed';
  return announce.event === 'paused' ? 'partialSeed' : 'downloader';
}
