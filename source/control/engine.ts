/*
 * What the engine tells of itself: where it listens, what happened, rates over time, settings.
 * Units as in `protocol.ts`.
 */

export interface Endpoint {
  host: string;
  port: number;
}

/** Where the engine listens. */
export interface ListenEndpoint extends Endpoint {
  /** The IPv6 address at which it does besides, at the same port; left out where there is none. */
  host6?: string;
}

/** Something that happened, for the log of a publication or of the engine. */
export interface EngineEvent {
  id: number;
  at: number;
  /** Null when it is about the engine as a whole. */
  publication: number | null;
  level: 'info' | 'warning' | 'error';
  text: string;
  /** The client that asked for it, as it names itself: `dashboard`, `command line`; else null. */
  askedBy: string | null;
}

/** How far back a history goes. */
export type HistoryRange = '5m' | '1h' | '24h' | '30d';

/** Upload rate and peers over time: means of steps of the same length, the oldest first. */
export interface HistoryReport {
  range: HistoryRange;
  /** When the first step began. */
  from: number;
  stepMs: number;
  /** Null where nothing was measured: before the engine started. */
  uploadRate: (number | null)[];
  peers: (number | null)[];
}

/** Upload rates of the last minutes, for sparklines: of all together, and of each that had one. */
export interface Activity {
  stepMs: number;
  /** The oldest first. */
  total: number[];
  publications: { id: number; uploadRate: number[] }[];
}

export interface EngineStatus {
  version: string;
  protocol: number;
  pid: number;
  startedAt: number;
  home: string;
  http: ListenEndpoint;
  udp: ListenEndpoint;
  peer: ListenEndpoint;
  /** The name or address put into announce URLs and links. */
  publicHost: string;
  publications: number;
  /** Whether the peer port accepts connections, tried from this machine. */
  peerPortListening: boolean;
  /** Left out by older engines. */
  reachability?: Reachability;
  /** Peers connected to the everseed, over all publications. */
  peers: number;
  uploadRate: number;
  uploaded: number;
  /** Left out by older engines. */
  limit?: OverallLimit;
}

/** Whether people elsewhere can connect to the everseed, as far as that is known. */
export interface Reachability {
  /**
   * `closed`: the peer port accepts nobody, tried from this machine; `open`: somebody has connected
   * from outside since the engine started; `mapped`: the router passes the port on, and nobody has
   * come yet; `not-mapped`: the router was asked and does not; `unknown`: nobody has come yet, and
   * there is no router that can be asked.
   */
  state: 'closed' | 'open' | 'mapped' | 'not-mapped' | 'unknown';
  /** When somebody last connected from outside, to the minute; null before that. */
  reachedAt: number | null;
  /** Why the router does not pass the port on, in words. */
  problem: string | null;
}

/** What all peers together may be sent, in bytes per second; null for no limit. */
export interface OverallLimit {
  /** What holds now. */
  now: number | null;
  /** What holds when no line of the schedule does. */
  usual: number | null;
  /** As in the settings; the first that holds counts. */
  schedule: readonly string[];
}

/** The newest change that can be undone. */
export interface Undoable {
  kind: 'remove' | 'pause' | 'resume' | 'limit';
  /** The publication it was done to, or the first of them; null for all uploads together. */
  name: string | null;
  /** How many changes are taken back together. */
  count: number;
  /** When it can no longer be undone. */
  until: number;
}

/** A setting, for whoever wants to look at it or change it. */
export interface SettingSummary {
  /** Dotted, as in `http.port`. */
  key: string;
  meaning: string;
  /** What it takes, in words. */
  allowed: string;
  /** The values there are, where they are few. */
  choices: readonly string[];
  /** As it is typed; a list has commas between. */
  value: string;
  default: string;
  /**
   * A change counts at once; else when the engine is started again. Left out by older engines, and
   * where it is neither.
   */
  isLive?: boolean;
  /** This value counts once the engine is started again. */
  afterRestart: boolean;
}
