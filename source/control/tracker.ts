/*
 * What the engine tells of its own tracker.
 * Units as in `protocol.ts`.
 */

/** What carries requests to the tracker. */
export type TrackerProtocol = 'http' | 'udp' | 'websocket';

/** How many requests there were, by what they asked and by what became of them. */
interface TrackerRequests {
  announces: number;
  scrapes: number;
  answered: number;
  /** Not tracked here, or without a passkey that is needed. */
  refused: number;
  malformed: number;
  /** Of addresses that asked too often. */
  limited: number;
}

/** How the tracker does. */
export interface TrackerStats {
  /** Seconds since it started. */
  uptime: number;
  /** Publications here; a hybrid is one. */
  publications: number;
  /** Swarms that have peers. */
  swarms: number;
  /** Peers held, by how they are reached. */
  peers: { ipv4: number; ipv6: number; websocket: number };
  /** Seconds between the announces of a peer, as it is asked for now. */
  interval: number;
  /** Of each protocol, since the start; the rate is announces per second, of the last seconds. */
  protocols: Record<TrackerProtocol, TrackerRequests & { announceRate: number }>;
  /** The same since the first start; absent from engines that are older. */
  totals?: Record<TrackerProtocol, TrackerRequests>;
  /** The swarms with the most peers, the largest first; the everseed is not counted. */
  largest: {
    infoHash: string;
    /** Null when it is not published here. */
    name: string | null;
    seeds: number;
    leechers: number;
    completed: number;
  }[];
}

/** A member of the tracker: who may announce private publications. */
export interface TrackerKey {
  name: string;
  passkey: string;
  createdAt: number;
  /** Bytes, as the member's clients say. */
  uploaded: number;
  downloaded: number;
  /** Where the member announces. */
  announceUrls: string[];
}

/** The torrent of a private publication as one member is to have it. */
export interface MemberTorrent {
  key: TrackerKey;
  /** Of the publication. */
  name: string;
  /** The torrent file, in base64. */
  torrent: string;
  /** Whether peers are asked for passkeys at all (`tracker.passkeys`). */
  passkeysAsked: boolean;
}
