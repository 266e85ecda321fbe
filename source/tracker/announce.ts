import type { BinaryString } from './binary-string.ts';
import type { IdWords } from './id-words.ts';
import type { IpAddress } from './ip-address.ts';
import type { PeerList } from './peer-list.ts';

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
  /** The same two as words, where they came so; reading the strings makes them then. */
  readonly ids?: AnnounceIds;
  /** Where the peer listens; 0 only when it stopped. */
  port: number;
  /** Nothing is left to download. */
  complete: boolean;
  event: AnnounceEvent;
  /** How many peers it asks for at most; null leaves that to the tracker. */
  numWant: number | null;
  /** What it alone knows (32 bits), by which it is known again; null when it gave none. */
  key: number | null;
  /** Of the member who asks; null when it gave none. */
  passkey: string | null;
  /** Bytes since its `started`, as it says; null when it does not. */
  uploaded: number | null;
  downloaded: number | null;
}

export interface Endpoint {
  address: IpAddress;
  port: number;
}

export interface AnnounceIds {
  readonly infoHash: IdWords;
  readonly peerId: IdWords;
}

/** What carries a request. */
export type Protocol = 'http' | 'udp' | 'websocket';

/** Who asks, as its socket tells, or proxies of ours: what a request says itself is not believed. */
export interface Requester {
  address: IpAddress;
  /** Our address the request arrived at, where the transport tells. */
  localAddress: IpAddress | null;
  /** What carries its request. */
  protocol: Protocol;
  /** Where it is besides, of the other family: only of those whose word is taken for it. */
  alsoAt?: Endpoint | null;
}

/** What a peer is to others: partial seeds (BEP 21) have what they want, though not all. */
export type Role = 'seed' | 'downloader' | 'partialSeed';

/** The numbers of a swarm. Partial seeds are leechers that download nothing more (BEP 21). */
export interface SwarmCounts {
  seeds: number;
  /** Leechers, partial seeds among them. */
  leechers: number;
  partialSeeds: number;
}

export interface ScrapeEntry extends SwarmCounts {
  infoHash: BinaryString;
  /** Downloads that were completed, ever. */
  completed: number;
}

export interface AnnounceAnswer extends Omit<ScrapeEntry, 'infoHash'> {
  kind: 'answer';
  /** Seconds until the peer should announce again. */
  interval: number;
  /** Seconds before which it must not. */
  minInterval: number;
  /** Of IPv4; of IPv6. Both valid until the next announce. */
  peers: PeerList;
  peers6: PeerList;
  /** The requester's address as we see it (BEP 24). */
  externalAddress: IpAddress;
  /** A sentence for its user, if there is something to say. */
  warning: string | null;
}

/** The request is not served. The reason goes to a stranger and is a fixed sentence. */
export interface Refusal {
  kind: 'refusal';
  reason: string;
  /** Minutes after which asking again may be of use (BEP 31); null when that is not known. */
  retryIn: number | 'never' | null;
}

/** What a tracker answers when it is asked too often. */
export const askedTooOften: Refusal = {
  kind: 'refusal',
  reason: 'asked too often',
  retryIn: 1,
};
