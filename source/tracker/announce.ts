import type { BinaryString } from './binary-string.ts';
import type { Ipv4 } from './ipv4.ts';

/**
 * The tracker's own words for requests and answers, whichever protocol carries them.
 */

/** What happened at the peer; `paused` says that it is a partial seed (BEP 21). */
export type AnnounceEvent = 'none' | 'started' | 'stopped' | 'completed' | 'paused';

export interface Announce {
  /** 20 bytes. */
  infoHash: BinaryString;
  /** 20 bytes. */
  peerId: BinaryString;
  /** Where the peer listens; 0 only when it stopped. */
  port: number;
  /** Nothing is left to download. */
  complete: boolean;
  event: AnnounceEvent;
  /** How many peers it asks for at most; null leaves that to the tracker. */
  numWant: number | null;
}

/** Who asks, as its socket tells: what a request says of addresses is not believed. */
export interface Requester {
  address: Ipv4;
  /** Our address the request arrived at, where the transport tells. */
  localAddress: Ipv4 | null;
}

/** The numbers of a swarm. Partial seeds are leechers that download nothing more (BEP 21). */
export interface SwarmCounts {
  seeds: number;
  /** Leechers, partial seeds among them. */
  leechers: number;
  partialSeeds: number;
}

/** A peer as it is told to others. */
export interface PeerAddress {
  /** In compact form. */
  readonly endpoint: BinaryString;
  /** 20 bytes; null when it is not known. */
  readonly peerId: BinaryString | null;
}

export interface ScrapeEntry extends SwarmCounts {
  infoHash: BinaryString;
  /** Downloads that were completed, ever. */
  completed: number;
}

export interface AnnounceAnswer extends ScrapeEntry {
  kind: 'answer';
  /** Seconds until the peer should announce again. */
  interval: number;
  /** Seconds before which it must not. */
  minInterval: number;
  peers: readonly PeerAddress[];
  /** The requester's address as we see it (BEP 24). */
  externalAddress: Ipv4;
  /** A sentence for its user, if there is something to say. */
  warning: string | null;
}

/** The request is not served. The reason goes to a stranger and is a fixed sentence. */
export interface Refusal {
  kind: 'refusal';
  reason: string;
  /** Asking again is of no use (BEP 31). */
  final: boolean;
}
