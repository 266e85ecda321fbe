import type { Endpoint } from './engine.ts';

/*
 * What the engine tells of publications: their state, peers, files and health.
 * Units as in `protocol.ts`.
 */

export type Format = 'v1' | 'v2' | 'hybrid';

export type PublicationState = 'seeding' | 'paused';

/** How well a publication is kept alive, from worst to best, and the state of being paused. */
export type HealthState =
  | 'dead'
  | 'degraded'
  | 'unreachable'
  | 'sole-seed'
  | 'at-risk'
  | 'healthy'
  | 'paused';

/** A measured fact that decides a health state, in words for the user. */
export interface HealthReason {
  /** Stable and for programs: `data-missing`, `sole-seed`, … */
  code: string;
  /** The state this reason alone would cause. */
  state: HealthState;
  /** One sentence: what is so. */
  text: string;
  /** One sentence: what to do about it, if there is anything to do. */
  advice: string | null;
  /** How it is known, in words. */
  source: string;
  /** When it was looked at; null when it is watched all the time. */
  measuredAt: number | null;
}

/** What `ls` and the dashboard's list show of a publication. */
export interface PublicationSummary {
  id: number;
  /** The v1 info hash; null for v2 alone. */
  infoHash: string | null;
  /** The v2 info hash (BEP 52); null for v1. */
  infoHashV2: string | null;
  name: string;
  size: number;
  state: PublicationState;
  health: HealthState;
  /** Peers connected to the everseed right now. */
  peers: number;
  /** Seeds the tracker knows of, the everseed itself left out. */
  seeds: number;
  /** Leechers the tracker knows of. */
  leechers: number;
  /** Downloads the tracker was told were completed. */
  completed: number;
  /** Payload bytes sent, ever. */
  uploaded: number;
  /** `uploaded / size`. */
  ratio: number;
  uploadRate: number;
  createdAt: number;
}

/** Everything about one publication. */
export interface PublicationDetail extends PublicationSummary {
  files: number;
  pieceLength: number;
  pieces: number;
  format: Format;
  private: boolean;
  superSeeding: boolean;
  comment: string | null;
  /** What its `.torrent` says made it, and when (seconds since the epoch). */
  createdBy: string | null;
  creationDate: number | null;
  /** Where it is from, as its info dictionary says. */
  source: string | null;
  /** Where clients can ask for a newer torrent (BEP 39). */
  updateUrl: string | null;
  /** Info hashes of torrents that share files with it (BEP 38). */
  similar: string[];
  /** Collections it is of (BEP 38). */
  collections: string[];
  /** Nodes of the DHT to begin with (BEP 5). */
  nodes: Endpoint[];
  /** Bytes per second to all its peers; null for no limit of its own. */
  uploadLimit: number | null;
  /** Peers connected to the everseed at one time; null for as many as the settings say. */
  maxConnections?: number | null;
  /** Where the content is on disk, absolute. */
  path: string;
  /** Announce URLs in tiers (BEP 12), this engine's own tracker first. */
  trackers: string[][];
  webSeeds: string[];
  magnet: string;
  torrentUrl: string;
  pageUrl: string;
  healthReasons: HealthReason[];
  lastUploadAt: number | null;
  /** When its content was last compared with its pieces; null if never since it was published. */
  verifiedAt: number | null;
  /** How many of its pieces are known not to be good; they are not served. */
  badPieces: number;
  /**
   * Bytes sent besides payload, ever: handshakes, messages, the heads of blocks. Left out by older
   * engines.
   */
  uploadedProtocol?: number;
  /** The last 31 days on which something was sent, the oldest first. Left out by older engines. */
  sentByDay?: SentOnDay[];
}

/** Bytes sent on one day. */
export interface SentOnDay {
  /** In UTC, as in 2026-11-30. */
  day: string;
  payload: number;
  /** All else that went over the peer wire. */
  protocol: number;
}

/** To whom content was sent: of each publication, the addresses that were sent something last. */
export interface SentReport {
  /** How many are kept at most. */
  mostKept: number;
  /** The latest first. */
  addresses: {
    host: string;
    /** Name and version of the program that was there last. */
    client: string;
    payload: number;
    protocol: number;
    firstAt: number;
    lastAt: number;
  }[];
}

/** A peer connected to the everseed. */
export interface PeerSummary {
  /** Host and port as one string, IPv6 in brackets. */
  address: string;
  /** Name and version of the peer's program, as it says or as its peer id tells. */
  client: string;
  /** The share of the content it has, 0 to 1. */
  progress: number;
  /** What the everseed sends it, bytes per second. */
  uploadRate: number;
  /** Payload bytes sent to it on this connection. */
  uploaded: number;
  /** It wants data. */
  interested: boolean;
  /** The everseed does not send it data now. */
  choked: boolean;
  /**
   * Who named it before the everseed connected to it: a tracker, the DHT, the local network or
   * another peer; `incoming`: it came by itself. Left out by older engines.
   */
  source?: 'incoming' | 'tracker' | 'dht' | 'lsd' | 'pex';
  /** What it is sent is encrypted. Left out by older engines. */
  encrypted?: boolean;
  /**
   * Seconds until it has all, as fast as it got on lately, from whomever; null when that cannot be
   * told. Left out by older engines.
   */
  secondsLeft?: number | null;
  connectedAt: number;
}

/** A file of a publication, in the order of its pieces. */
export interface FileSummary {
  /** Below the publication's path, with slashes; its name when it is a file alone. */
  path: string;
  length: number;
  /**
   * What was wrong with it when it was last looked at; `replaced`: another one of the same size and
   * time, which is being verified. Or, when it was verified, as a `FileVerdict`: `wrong`, `unproven`.
   */
  fault: 'missing' | 'changed' | 'replaced' | 'unreadable' | 'wrong' | 'unproven' | null;
  /** Of one that is `unproven`: the file to blame that it shares a piece with. */
  sharesPieceWith?: string;
}

/**
 * What is wrong with a file that was compared with its torrent. `changed`: it changed while it was
 * read; `unproven`: all that can be told of it is good, but it shares a piece with one that is not.
 */
export type FileVerdict =
  | 'missing'
  | 'short'
  | 'long'
  | 'wrong'
  | 'unreadable'
  | 'changed'
  | 'unproven';

/** What comparing the content of a publication with its pieces came to. */
export interface VerifyReport {
  id: number;
  infoHash: string | null;
  infoHashV2: string | null;
  name: string;
  /** Where the content is on disk, absolute. */
  path: string;
  verifiedAt: number;
  /** Every file and piece is good. */
  whole: boolean;
  pieces: number;
  goodPieces: number;
  /** How many have other bytes, and how many not all of them. */
  wrong: number;
  missing: number;
  /** Their indexes as ranges, both ends with them; of very many, the first 10,000 ranges. */
  wrongPieces: [first: number, last: number][];
  missingPieces: [first: number, last: number][];
  /** How many files there are. */
  files: number;
  /** How many of them are not good. */
  bad: number;
  /** The first 1,000 of those. */
  badFiles: {
    /** Below the publication's path, with slashes; its name when it is a file alone. */
    path: string;
    length: number;
    /** Bytes there are of it; null when it is missing. */
    onDisk: number | null;
    status: FileVerdict;
    /** Of one that is `unproven`: the file to blame that it shares a piece with. */
    sharesPieceWith?: string;
    /** Pieces with bytes of it, and how many of them are good. */
    pieces: number;
    goodPieces: number;
  }[];
}

export interface HealthReport {
  id: number;
  infoHash: string | null;
  infoHashV2: string | null;
  name: string;
  health: HealthState;
  reasons: HealthReason[];
}

/** The publications that are not healthy, the worst first; paused ones only when damaged. */
export interface HealthProblems {
  /** How many publications are in each state. */
  counts: Record<HealthState, number>;
  /** How many are not healthy; `reports` may be fewer. */
  total: number;
  reports: HealthReport[];
}
