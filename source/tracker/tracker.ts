import { Activity, type ActivityReport } from './activity.ts';
import { type AccessRules, Admission, type TrackedPublication } from './admission.ts';
import type {
  Announce,
  AnnounceAnswer,
  AnnounceEvent,
  Endpoint,
  Protocol,
  Refusal,
  Requester,
  Role,
  ScrapeEntry,
} from './announce.ts';
import { AnnounceInterval } from './announce-interval.ts';
import type { BinaryString } from './binary-string.ts';
import { fromHex } from './binary-string.ts';
import { type BrowserLimits, BrowserSwarms, type PeerConnection } from './browser-swarms.ts';
import { type Everseed, everseedAddressFor } from './everseed-address.ts';
import { idWordsOf, readId } from './id-words.ts';
import {
  compactEndpoint,
  formatIpAddress,
  isIpv6,
  loopback,
  parseCompactEndpoint,
} from './ip-address.ts';
import type { LocalAddress } from './local-addresses.ts';
import type { PasskeyReport, PasskeySession } from './passkeys.ts';
import type { PeerAddress } from './peer-list.ts';
import type {
  Announcement,
  PeerLimits,
  StoredCounts,
  StoreTotals,
  SwarmStore,
  SwarmStoreOptions,
} from './swarm-store.ts';

/** Who is answered, and what: the tracker apart from the protocols that carry it. */
export interface Tracker {
  announce(announce: Announce, requester: Requester): AnnounceAnswer | Refusal;
  /** The announce of a peer that is reached by its connection only. */
  announceBrowser(
    connection: BrowserConnection,
    announce: BrowserAnnounce,
    passkey: string | null,
  ): BrowserAnswer | Refusal;
  /** An entry for each info hash, in that order; unknown ones have empty swarms. */
  scrape(infoHashes: readonly BinaryString[], by: Scraper): ScrapeEntry[];
  /** The peers that are reached by their connections. */
  readonly browsers: BrowserSwarms<BrowserConnection>;
  /** What was asked, for those to count who refuse a request before it gets here. */
  readonly activity: Activity;

  /**
   * Serves an info hash from now on. `completed` is how many downloads are already counted. What
   * is tracked already keeps its swarm and its own count.
   */
  track(infoHash: BinaryString, publication: TrackedPublication & { completed: number }): void;
  /** Serves an info hash no longer, and forgets its peers. */
  untrack(infoHash: BinaryString): void;
  setSeeding(infoHash: BinaryString, seeding: boolean): void;
  setEverseed(everseed: Everseed | null): void;
  setRules(rules: AccessRules): void;
  /** From now on these passkeys are valid, and no others. */
  setPasskeys(passkeys: readonly string[]): void;
  /** Goes on accounting where it was reported to be. */
  restoreSessions(sessions: readonly PasskeySession[]): void;

  isPublished(infoHash: BinaryString): boolean;
  /** Whether a leecher that asks is told of the everseed. */
  lists(infoHash: BinaryString): boolean;
  /** Where some of a swarm's leechers say that they accept connections: for the everseed. */
  leechersOf(infoHash: BinaryString, want: number): { host: string; port: number }[];
  /** A swarm as strangers are told; empty for what is not tracked. */
  countsOf(infoHash: BinaryString): ScrapeEntry;
  /**
   * The swarms whose counts changed since they were taken, without the everseed: so many at most, the
   * others the next time.
   */
  takeChanged(most: number): ScrapeEntry[];
  /** What members uploaded and downloaded since the last call; null when nothing. */
  takePasskeyReport(): PasskeyReport | null;
  /** Forgets sessions of members that are over. To be called about once an hour. */
  expireSessions(): void;
  /**
   * There were peers before this start, some of which are perhaps not known any more: for one usual
   * interval, peers that are new are asked to announce again soon, to find those that come back.
   */
  expectReturns(): void;
  /** What of the swarms outlives the tracker. */
  readonly lasting: Pick<SwarmStore, 'takeCompleted' | 'restoreCompleted' | 'dump' | 'restore'>;
  /** Forgets silent peers. To be called ten times a second. */
  sweep(): void;
  /** Brings rates and intervals up to date. To be called about once a second. */
  tick(): void;
  report(): TrackerReport;
}

/** A connection to a browser peer. */
export interface BrowserConnection extends PeerConnection {
  send(text: string): void;
}

/** What a browser peer announces. */
export type BrowserAnnounce = Pick<
  Announce,
  'infoHash' | 'peerId' | 'complete' | 'event' | 'uploaded' | 'downloaded'
>;

export type BrowserAnswer = ScrapeEntry &
  Omit<AnnounceAnswer, 'peers' | 'peers6' | 'externalAddress'>;

/** Who scrapes. */
export interface Scraper {
  protocol: Protocol;
  passkey: string | null;
}

export interface TrackerReport extends ActivityReport {
  /** Info hashes that are published here. */
  publications: number;
  /** What is held in memory now. */
  held: StoreTotals;
  /** Seconds between the announces of a peer, as they are asked for now, but for the jitter. */
  interval: number;
}

interface TrackerOptions {
  /** Makes what holds the swarms. */
  createStore: (options: SwarmStoreOptions) => SwarmStore;
  /** Seconds between the announces of a peer; each answer varies it by up to a tenth. */
  intervalSeconds: number;
  /** Seconds before which a peer is asked not to announce again. */
  minIntervalSeconds: number;
  /** When peers would announce more often than this together, each is asked to wait longer. */
  announcesPerSecond: number;
  peerLimits: PeerLimits;
  browserLimits: BrowserLimits;
  /** Whether peers of IPv4 are told of those of IPv6, and the other way round. */
  bothFamilies: boolean;
  localAddresses: () => readonly LocalAddress[];
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** Milliseconds since the epoch. */
  wallClock: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
}

const defaultNumWant = 50;
const maxNumWant = 200;
/**
 * What fits into a datagram that is not fragmented on its way: of 1,400 bytes over IPv4, and of the
 * 1,232 that every network of IPv6 carries.
 */
const maxNumWantUdp = { ipv4: 200, ipv6: 67 };

export function createTracker(options: TrackerOptions): Tracker {
  const { now, random } = options;
  const admission = new Admission();
  const { publications, passkeys } = admission;
  const activity = new Activity(now);
  const interval = new AnnounceInterval({
    seconds: options.intervalSeconds,
    minSeconds: options.minIntervalSeconds,
    announcesPerSecond: options.announcesPerSecond,
    now,
    random,
  });
  const swarms = options.createStore({
    lifetimeMs: interval.lifetimeMs,
    limits: options.peerLimits,
    keepPeerIds: true,
    now,
    random,
  });
  const browsers = new BrowserSwarms<BrowserConnection>({
    limits: options.browserLimits,
    now,
    random,
    onCountsChanged: (infoHash, counts) => swarms.setGuests(infoHash, counts),
  });
  let everseed: Everseed | null = null;
  /** The key of who gives none, where one is needed: nobody knows it. */
  const innerKey = Math.floor(random() * 2 ** 32);
  /** What the store is told: one object, filled anew by every announce. */
  const told: Announcement = {
    infoHash: idWordsOf(),
    address: loopback,
    port: 0,
    peerId: idWordsOf(),
    key: null,
    role: 'downloader',
    event: null,
    want: 0,
    families: 'own',
    unlisted: false,
  };
  const families = options.bothFamilies ? 'both' : 'own';
  /** The ids of an announce that came as strings. */
  const read = { infoHash: idWordsOf(), peerId: idWordsOf() };
  const idsOf = (announce: Announce) => {
    if (announce.ids) return announce.ids;
    readId(announce.infoHash, read.infoHash);
    readId(announce.peerId, read.peerId);
    return read;
  };

  /** The everseed as this requester can reach it. */
  const everseedFor = (infoHash: BinaryString, requester: Requester): PeerAddress | null => {
    if (!everseed || publications.get(infoHash)?.seeding !== true) return null;
    const address = everseedAddressFor(requester, everseed, options.localAddresses());
    if (address === null) return null;
    return {
      endpoint: compactEndpoint(address, everseed.port),
      peerId: everseed.peerId === undefined ? null : fromHex(everseed.peerId),
    };
  };

  const lists = (infoHash: BinaryString): boolean =>
    everseed !== null && publications.get(infoHash)?.seeding === true;

  /** How many partial seeds the everseed is in a swarm: one or none. */
  const partialEverseeds = (infoHash: BinaryString): number =>
    lists(infoHash) && publications.get(infoHash)?.partial === true ? 1 : 0;

  /** As strangers are told: the everseed is one more seed, if it has all. */
  const toldSeeds = (infoHash: BinaryString, { seeds }: StoredCounts): number =>
    lists(infoHash) ? seeds + 1 - partialEverseeds(infoHash) : seeds;

  const leechersOf = (infoHash: BinaryString, want: number) => {
    const { peers, peers6 } = swarms.announce({
      infoHash: idWordsOf(infoHash),
      // as one that is near, and so is told of all
      address: loopback,
      port: everseed?.port ?? 0,
      peerId: idWordsOf(everseed?.peerId === undefined ? '' : fromHex(everseed.peerId)),
      key: null,
      role: 'seed',
      event: null,
      want,
      families: 'both',
      unlisted: true,
    });
    return [...peers.peers(), ...peers6.peers()].map(({ endpoint }) => {
      const { address, port } = parseCompactEndpoint(endpoint);
      return { host: formatIpAddress(address), port };
    });
  };

  const countsOf = (infoHash: BinaryString): ScrapeEntry => {
    const counts = swarms.counts(infoHash);
    const partial = partialEverseeds(infoHash);
    return {
      infoHash,
      ...counts,
      seeds: toldSeeds(infoHash, counts),
      leechers: counts.leechers + partial,
      partialSeeds: counts.partialSeeds + partial,
    };
  };

  /** What its user is to know of an announce; `sinceBefore` as in `Announced`. */
  const warningOf = (event: AnnounceEvent, sinceBefore: number | null): string | null => {
    const tooSoon = event === 'none' && sinceBefore !== null && sinceBefore < interval.min * 1000;
    return tooSoon ? `announced again within the min interval of ${interval.min} s` : null;
  };

  const account = (announce: BrowserAnnounce, passkey: string): void => {
    const { infoHash, peerId, uploaded, downloaded, event } = announce;
    if (uploaded === null || downloaded === null) return;
    const known = event === 'started' || event === 'stopped' ? event : null;
    const who = { passkey, infoHash, peerId };
    passkeys.account(who, { uploaded, downloaded }, known, options.wallClock());
  };

  /** Has the peer that the store is about to be told of be at this endpoint as well. */
  const takeInAt = ({ address, port }: Endpoint, event: AnnounceEvent): void => {
    told.address = address;
    told.port = port;
    // by which it is one peer at both
    told.key ??= innerKey;
    // a completion counts at the other
    told.event = event === 'stopped' ? 'stopped' : null;
    told.want = 0;
    swarms.announce(told);
  };

  const answer = (announce: Announce, requester: Requester): AnnounceAnswer | Refusal => {
    const { event, passkey } = announce;
    const isAnyones = passkey === null && admission.isForAnyone;
    const refusal = isAnyones ? null : admission.refusalFor(announce.infoHash, passkey);
    if (refusal) return refusal;
    if (passkey !== null) account(announce, passkey);

    const want = event === 'stopped' ? 0 : wantOf(announce, requester);
    const seeder = isAnyones ? null : everseedFor(announce.infoHash, requester);
    const isEverseed =
      seeder !== null && seeder.endpoint === compactEndpoint(requester.address, announce.port);
    // also to those that have nothing left: aria2 says so of a magnet link, before it knows what
    // there is to download
    const tellEverseed = seeder !== null && !isEverseed && want > 0;

    const ids = idsOf(announce);
    told.infoHash = ids.infoHash;
    told.peerId = ids.peerId;
    told.key = announce.key;
    told.role = roleOf(announce);
    told.unlisted = isEverseed;
    if (requester.alsoAt) takeInAt(requester.alsoAt, event);
    told.address = requester.address;
    told.port = announce.port;
    told.event = storedEvent(event);
    told.want = tellEverseed ? want - 1 : want;
    // An answer over UDP has room for one family only.
    told.families = requester.protocol === 'udp' ? 'own' : families;
    const { counts, peers, peers6, sinceBefore } = swarms.announce(told);
    if (tellEverseed) {
      const list = seeder.endpoint.length === 6 ? peers : peers6;
      list.add(seeder.endpoint, seeder.peerId);
    }
    const partial = isAnyones ? 0 : partialEverseeds(announce.infoHash);
    // member by member: to copy objects would take longer than to choose the peers
    return {
      kind: 'answer',
      seeds: isAnyones ? counts.seeds : toldSeeds(announce.infoHash, counts),
      leechers: counts.leechers + partial,
      partialSeeds: counts.partialSeeds + partial,
      completed: counts.completed,
      interval: interval.next(sinceBefore !== null),
      minInterval: interval.min,
      warning: warningOf(event, sinceBefore),
      peers,
      peers6,
      externalAddress: requester.address,
    };
  };

  const answerBrowser = (
    connection: BrowserConnection,
    announce: BrowserAnnounce,
    passkey: string | null,
  ): BrowserAnswer | Refusal => {
    const { infoHash, peerId, event } = announce;
    const refusal = admission.refusalFor(infoHash, passkey);
    if (refusal) return refusal;
    if (passkey !== null) account(announce, passkey);
    const role = roleOf(announce);
    const announced = browsers.announce(connection, infoHash, {
      peerId,
      role,
      event: storedEvent(event),
    });
    if (announced.conflict !== null) return conflicts[announced.conflict];
    if (announced.finished) swarms.addCompleted(infoHash);
    const sinceBefore = announced.announcedAt === null ? null : now() - announced.announcedAt;
    return {
      kind: 'answer',
      ...countsOf(infoHash),
      interval: interval.next(true),
      minInterval: interval.min,
      warning: warningOf(event, sinceBefore),
    };
  };

  /** Counts what became of an announce whose measuring began so. */
  const count = (
    protocol: Protocol,
    event: AnnounceEvent,
    { kind }: { kind: 'answer' | 'refusal' },
    begun: number | null,
  ): void => {
    activity.measured(begun);
    if (kind === 'answer') activity.announced(protocol, event);
    else activity.refused(protocol, event);
  };

  return {
    browsers,
    activity,
    lasting: swarms,

    announce(announce, requester) {
      const begun = activity.measure();
      const answered = answer(announce, requester);
      count(requester.protocol, announce.event, answered, begun);
      return answered;
    },

    announceBrowser(connection, announce, passkey) {
      const begun = activity.measure();
      const answered = answerBrowser(connection, announce, passkey);
      count('websocket', announce.event, answered, begun);
      return answered;
    },

    scrape(infoHashes, { protocol, passkey }) {
      activity.scraped(protocol);
      return infoHashes.map((infoHash) =>
        admission.showsCounts(infoHash, passkey) ? countsOf(infoHash) : noCounts(infoHash),
      );
    },

    track(infoHash, { completed, seeding, partial = false, private: isPrivate }) {
      const isNew = !publications.has(infoHash);
      publications.set(infoHash, { seeding, partial, private: isPrivate });
      if (isNew) swarms.setCompleted(infoHash, completed);
    },

    untrack(infoHash) {
      publications.delete(infoHash);
      browsers.forget(infoHash);
      swarms.forget(infoHash);
    },

    setSeeding(infoHash, seeding) {
      const publication = publications.get(infoHash);
      if (publication) publication.seeding = seeding;
    },

    setEverseed(next) {
      everseed = next;
    },

    setRules(rules) {
      admission.rules = rules;
    },

    setPasskeys: (keys) => passkeys.set(keys),
    restoreSessions: (sessions) => passkeys.restore(sessions),

    isPublished: (infoHash) => publications.has(infoHash),
    lists,
    leechersOf,
    countsOf,

    takeChanged: (most) =>
      swarms.takeChanged(most).map((infoHash) => ({ infoHash, ...swarms.counts(infoHash) })),

    takePasskeyReport: () => passkeys.takeReport(),

    expireSessions: () => passkeys.expire(options.wallClock()),

    expectReturns: () => interval.expectReturns(),

    sweep() {
      swarms.sweep();
    },

    tick() {
      activity.tick();
      const { peers, peers6, guests } = swarms.totals;
      interval.adapt(peers + peers6 + guests);
    },

    report: () => ({
      ...activity.report(),
      publications: publications.size,
      held: swarms.totals,
      interval: interval.seconds,
    }),
  };
}

/** What a browser is told that announces with a peer id which is not its own. */
const conflicts = {
  idTaken: {
    kind: 'refusal',
    reason: 'another connection announces with this peer_id',
    retryIn: null,
  },
  secondId: {
    kind: 'refusal',
    reason: 'this connection announces with another peer_id',
    retryIn: null,
  },
} satisfies Record<string, Refusal>;

function noCounts(infoHash: BinaryString): ScrapeEntry {
  return { infoHash, seeds: 0, leechers: 0, partialSeeds: 0, completed: 0 };
}

function wantOf({ numWant }: Announce, { protocol, address }: Requester): number {
  const datagram = isIpv6(address) ? maxNumWantUdp.ipv6 : maxNumWantUdp.ipv4;
  const most = protocol === 'udp' ? datagram : maxNumWant;
  return Math.min(numWant ?? defaultNumWant, most);
}

function storedEvent(event: AnnounceEvent): 'completed' | 'stopped' | null {
  return event === 'stopped' || event === 'completed' ? event : null;
}

/** A completion is believed only of those that have nothing left. */
function roleOf(announce: Pick<Announce, 'complete' | 'event'>): Role {
  if (announce.complete) return 'seed';
  return announce.event === 'paused' ? 'partialSeed' : 'downloader';
}
