import type { Endpoint } from '../control/protocol.ts';
import type { Everseed } from '../tracker/everseed-address.ts';

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
}

export interface TrackerServiceOptions {
  http: Endpoint;
  udp: Endpoint;
  /** Null until it is known where the everseed accepts peers. */
  everseed: Everseed | null;
  /** Seconds a peer is asked to wait between announces. */
  interval: number;
  catalogFile: string;
  /** The name or address put into the links of the site. */
  publicHost: string;
  /**
   * Served from the first request on. Peers that ask before `track` brings theirs are told that it
   * is not published here, and that asking again is of no use.
   */
  publications?: TrackedPublication[];
}

/** The swarm of an info hash as its peers tell it; the everseed itself is not in it. */
export interface SwarmReport {
  infoHash: string;
  seeds: number;
  leechers: number;
  /** Downloads that were completed, ever. */
  completed: number;
}

export type TrackerService = {
  /** Listens, and says where; throws EverseedError when it cannot. Once started, only says where. */
  start(options: TrackerServiceOptions): Promise<{ http: Endpoint; udp: Endpoint }>;
  /** Serves these too from now on. */
  track(publications: TrackedPublication[]): void;
  setSeeding(infoHash: string, seeding: boolean): void;
  setEverseed(everseed: Everseed | null): void;
  untrack(infoHashes: string[]): void;
  /** Whether a leecher that asks now is told of the everseed. */
  lists(infoHash: string): boolean;
  stop(): Promise<void>;
};

export type TrackerEvents = {
  /** At most one a second: the swarms that changed. */
  counts: SwarmReport[];
  /** At most one a second: something went wrong while serving; `times` since the last event. */
  fault: { message: string; times: number };
};
