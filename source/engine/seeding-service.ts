import type { Endpoint, PeerSummary } from '../control/protocol.ts';

/*
 * What the seeding thread does for the engine, and what it tells it. Sizes are bytes, rates bytes
 * per second, info hashes hex.
 */

export interface SeedingOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** 20 bytes; as a string, of one character a byte. */
  peerId: Uint8Array | string;
  /** How many peers are sent data at one time, over all publications. */
  uploadSlots: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  catalogFile: string;
}

export type SeedingService = {
  /**
   * Listens for peers; resolves with where.
   *
   * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
   */
  start(options: SeedingOptions): Promise<Endpoint>;
  /** Seeds these publications from now on; of those seeded already, looks at faulty files again. */
  seed(list: { id: number; infoHash: string }[]): void;
  /** Stops seeding these publications and drops their peers. */
  unseed(ids: number[]): void;
  peers(id: number): PeerSummary[];
  /** Reads the catalog again and looks at the publication's faulty files again. */
  recheck(id: number): Promise<void>;
  /** What was sent is reported before this resolves. */
  stop(): Promise<void>;
};

export type SeedingEvents = {
  /** At most one a second, with what changed. */
  traffic: {
    publications: { id: number; uploadedDelta: number; uploadRate: number; peers: number }[];
  };
  /** A file cannot be served; its pieces are not offered until it is rechecked. */
  fault: { id: number; file: string; text: string };
  /** A fault of the program, which has cost at most one connection; for the log. */
  error: { text: string };
};
