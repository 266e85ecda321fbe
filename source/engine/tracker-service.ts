import type { Endpoint, ListenEndpoint } from '../control/engine.ts';
import type { TrackerSettings } from '../settings/schema.ts';
import type { Everseed } from '../tracker/everseed-address.ts';
import type { PasskeyReport, PasskeySession } from '../tracker/passkeys.ts';
import type { TrackerStatus } from '../tracker/status-pages.ts';

/**
 * The tracker and the site as the engine calls them in their thread: plain data, info hashes in
 * lower case hex.
 */

export interface TrackedPublication {
  infoHash: string;
  /** Downloads that were completed so far; the count goes on from there. */
  completed: number;
  /** The everseed has it, and is told to leechers. */
  seeding: boolean;
  /** It has not all of it: a partial seed (BEP 21). */
  partial?: boolean;
  private: boolean;
}

export interface TrackerServiceOptions {
  http: Endpoint;
  udp: Endpoint;
  /** The IPv6 address to listen on besides, at the same ports; empty for none. */
  bind6: string;
  /** Null until it is known where the everseed accepts peers. */
  everseed: Everseed | null;
  /** Addresses at which the world reaches this machine, besides those it has. */
  publicAddresses?: string[];
  settings: TrackerSettings;
  /** Where the tracker keeps what must outlive it; it begins empty each time without. */
  stateFolder?: string;
  /** The site behind the tracker; null when there is none. */
  site: {
    catalogFile: string;
    /** The name or address put into links. */
    publicHost: string;
  } | null;
  /**
   * Served from the first request on. Peers that ask before `track` brings theirs are told that it
   * is not published here, and that asking again is of no use.
   */
  publications?: TrackedPublication[];
  passkeys?: string[];
  /** Where the accounting goes on, as it was reported; hashes and ids as they are. */
  sessions?: PasskeySession[];
}

/** The swarm of an info hash as its peers tell it; the everseed itself is not in it. */
export interface SwarmReport {
  infoHash: string;
  seeds: number;
  leechers: number;
  /** Downloads that were completed, ever. */
  completed: number;
}

/** What the tracker does, and its largest swarms. */
export interface TrackerServiceStatus extends TrackerStatus {
  largest: SwarmReport[];
}

/** What is called while it starts is done once it has. */
export type TrackerService = {
  /** Listens, and says where; throws EverseedError when it cannot. Once started, only says where. */
  start(options: TrackerServiceOptions): Promise<{ http: ListenEndpoint; udp: ListenEndpoint }>;
  /** Serves these too from now on; of what is served already, takes over what is said of the everseed. */
  track(publications: TrackedPublication[]): Promise<void>;
  setSeeding(infoHash: string, seeding: boolean): Promise<void>;
  setEverseed(everseed: Everseed | null): Promise<void>;
  setPublicAddresses(addresses: string[]): Promise<void>;
  /** From now on these passkeys are valid, and no others. */
  setPasskeys(passkeys: string[]): Promise<void>;
  /** Serves these no longer; before that, the event tells of their counts. */
  untrack(infoHashes: string[]): Promise<void>;
  /** Those of these for which a leecher that asks now is not told of the everseed. */
  unlisted(infoHashes: string[]): Promise<string[]>;
  /** Where some leechers of a swarm say that they accept connections, as many as are wanted. */
  leechers(infoHash: string, wanted: number): Promise<Endpoint[]>;
  status(): Promise<TrackerServiceStatus>;
  /** Sends the events that tell of counts now, not only at the next second. */
  reportCounts(): Promise<void>;
  stop(): Promise<void>;
};

export type TrackerEvents = {
  /** At most one a second: the swarms of publications that changed. */
  counts: SwarmReport[];
  /** At most one a second: what members said to have uploaded and downloaded. */
  passkeys: PasskeyReport;
  /** At most one a second: something went wrong while serving; `times` since the last event. */
  fault: { message: string; times: number };
  /** Something its user should know. */
  problem: { text: string };
};
