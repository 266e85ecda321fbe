import type { Endpoint } from '../control/engine.ts';
import type { DhtProgress } from '../discovery/dht/announce-rounds.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';

/* What the thread of the DHT does for the engine, and what it tells it. */

export interface DhtOptions {
  host: string;
  /** UDP; 0 picks a free one. */
  port: number;
  /** `host:port` of nodes that know others. */
  bootstrap: string[];
  /** Where nodes are kept from one run to the next. */
  nodesFile: string;
  /** The TCP port where the everseed accepts peers. */
  peerPort: number;
}

export interface DhtStatus extends DhtProgress {
  /** Nodes it knows that answered lately. */
  nodes: number;
}

export type DhtService = {
  /**
   * Resolves with the port it listens on.
   *
   * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
   */
  start(options: DhtOptions): Promise<number>;
  /** Announces these info hashes, 40 hex digits each, from now on. */
  announce(infoHashes: string[]): void;
  /** A node that there is said to be: asked whether it is there, while few others are known. */
  addNode(node: Endpoint): void;
  withdraw(infoHashes: string[]): void;
  status(): DhtStatus;
  stop(): Promise<void>;
};

export type DhtEvents = {
  peers: FoundPeers;
  /** Announcing all takes so long that nodes forget some meanwhile. */
  behind: DhtProgress;
};
