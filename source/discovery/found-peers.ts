/** Where a peer says it accepts connections. */
export interface PeerAddress {
  /** An IPv4 or IPv6 address, as text. */
  host: string;
  port: number;
}

/** Peers of a swarm that were named to us; nobody has vouched for them. */
export interface FoundPeers {
  /** 40 hex digits; of a v2 swarm, the truncated hash (BEP 52). */
  infoHash: string;
  addresses: PeerAddress[];
  source: 'tracker' | 'dht' | 'lsd';
}
