import type { Endpoint } from '../control/engine.ts';
import type { PeerSummary } from '../control/publications.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import type { Traffic } from '../seeding/live-publication.ts';

/*
 * What the seeding thread does for the engine, and what it tells it. Sizes are bytes, rates bytes
 * per second, info hashes hex.
 */

export interface SeedingOptions {
  host: string;
  /** An IPv6 address to listen on besides, at the same port; null for none. */
  host6: string | null;
  /** 0 picks a free one. */
  port: number;
  /** 20 bytes; as a string, of one character a byte. */
  peerId: Uint8Array | string;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  maxConnectionsPerPublication: number;
  /** Answers uTP on the UDP port of the same number: that there is none, so come by TCP. */
  refuseUtp: boolean;
  /** Whether peers may speak in plaintext. */
  encryption: 'allow' | 'require';
  catalogFile: string;
  limits: SeedingLimits;
}

/** Who is sent data, and how much; rates in bytes per second, 0 for no limit. */
export interface SeedingLimits {
  /** How many peers are sent data at one time, over all publications; 0 for as many as it serves well. */
  uploadSlots: number;
  /** Who gets the slots while more peers want one than there are. */
  choking: 'round-robin' | 'fastest' | 'anti-leech';
  uploadRate: number;
  uploadRatePerPeer: number;
  uploadSchedule: readonly string[];
  limitLocalPeers: boolean;
}

export type SeedingService = {
  /**
   * Listens for peers; resolves with where.
   *
   * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
   */
  start(options: SeedingOptions): Promise<Endpoint>;
  /**
   * Seeds these publications from now on, to who names one of their 20-byte info hashes; of those
   * seeded already, looks at faulty files again.
   */
  seed(list: { id: number; infoHashes: readonly string[]; uploadLimit: number | null }[]): void;
  /** Holds what is sent to these limits from now on. */
  setLimits(limits: SeedingLimits): void;
  /** Peers are told that the everseed is a node of the DHT at this UDP port; null for none. */
  setDhtPort(port: number | null): void;
  /** Bytes per second to the peers of a publication; null for no limit. */
  limit(id: number, uploadRate: number | null): void;
  /** Peers of a publication connected at one time; null for as many as of every one. */
  limitConnections(id: number, most: number | null): void;
  /**
   * Gives the peers of a publication different pieces (BEP 16), or all that they ask for again. The
   * catalog must say so already.
   */
  setSuperSeeding(id: number, superSeeding: boolean): void;
  /**
   * Stops seeding these publications and drops their peers. What was sent of them is reported before
   * this resolves.
   */
  unseed(ids: number[]): Promise<void>;
  /** Peers named for the swarm of an info hash: connected to, unless they come themselves. */
  addPeers(infoHash: string, source: FoundPeers['source'], addresses: Endpoint[]): void;
  peers(id: number): PeerSummary[];
  /**
   * Looks at the publication's faulty files now, where the catalog says that they are; the seeder
   * does so by itself as well, every 30 seconds and, while nothing changes, up to 5 minutes.
   */
  recheck(id: number): Promise<void>;
  /** What was sent is reported before this resolves. */
  stop(): Promise<void>;
};

export type SeedingEvents = {
  /** At most one a second, with what changed. */
  traffic: {
    publications: Traffic[];
  };
  /**
   * Files were found that cannot be served; their pieces are not offered until they are mended.
   * At most one a second for each publication. `found`: how many were found since the last;
   * `faulty`: how many there are now. `file` is one of them, `text` a sentence that names it.
   */
  fault: { id: number; file: string; text: string; found: number; faulty: number };
  /**
   * A publication with faulty files has none any more. Not said of one that is not seeded any
   * more, nor when the thread ended: its faults are forgotten then.
   */
  restored: { id: number };
  /** Super-seeding has done what it is for, and ended: others have every piece. */
  released: { id: number };
  /** An address of this machine, as a peer sees it; `by`: its own, or its /64 network. */
  addressSeen: { address: string; by: string };
  /** A peer says that it is a node of the DHT there. */
  dhtNode: Endpoint;
  /** Peers have connected from outside; at most once a minute. */
  reached: Record<string, never>;
  /** A fault of the program, which has cost at most one connection; for the log. */
  error: { text: string };
};
