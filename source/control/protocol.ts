/**
 * The control protocol: JSON-RPC 2.0, one message a line, over the engine's Unix socket. These
 * types are all that commands and dashboard know of the engine.
 *
 * Sizes are bytes, rates bytes per second, times milliseconds since the epoch, info hashes lower
 * case hex.
 */

/** Raised when a reader of the older version could misread the newer one. */
export const protocolVersion = 1;

export interface Endpoint {
  host: string;
  port: number;
}

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
  /** How it was found; left out when it came by itself. */
  source?: string;
  connectedAt: number;
}

/**
 * How a tracker of a publication stands:
 * `waiting`: its first announce is still to come; `announcing`: it is under way; `working`: it
 * answered; `standby`: another one of its tier answers; `failing`: it did not answer, or refused,
 * and is tried again; `refused`: it never wants to be asked again; `overdue`: its announce should
 * have been sent, and was not; `own`: it is this everseed's, and knows without being told;
 * `unsupported`: everseed does not announce by its protocol; `paused`: nothing is announced.
 */
export type TrackerState =
  | 'waiting'
  | 'announcing'
  | 'working'
  | 'standby'
  | 'failing'
  | 'refused'
  | 'overdue'
  | 'own'
  | 'unsupported'
  | 'paused';

/** A tracker that a publication names. */
export interface TrackerSummary {
  url: string;
  /** Which tier (BEP 12) it is in, from 0. */
  tier: number;
  state: TrackerState;
  lastAnnounce: number | null;
  nextAnnounce: number | null;
  /** The tracker's warning, or why the last announce failed. */
  message: string | null;
  /** As the tracker counts; null when it did not say. The everseed is one of the seeds. */
  seeds: number | null;
  leechers: number | null;
}

/** The everseed's node of the DHT (BEP 5). */
export interface DhtStatus {
  /** UDP. */
  port: number;
  /** Nodes it knows that answered lately; 0 when there is no network. */
  nodes: number;
  /** How many info hashes have been announced since the engine started, of how many. */
  announced: number;
  of: number;
}

/** What the router passes on to this machine. */
export interface PortMappingStatus {
  /** How it is spoken to; null while there is none that can be asked. */
  router: 'NAT-PMP' | 'UPnP' | null;
  mapped: { protocol: 'tcp' | 'udp'; port: number }[];
  /** Why some ports are not mapped, in words. */
  problem: string | null;
}

/** How the everseed is found by others than those who come to its own tracker. */
export interface DiscoveryStatus {
  /** The address the world sees this machine at, as those outside tell it; null if nobody did. */
  externalIpv4: string | null;
  externalIpv6: string | null;
  /** Null when it is switched off, or its port is not to be had. */
  dht: DhtStatus | null;
  /** Null when it is switched off. */
  portMapping: PortMappingStatus | null;
}

/** A file of a publication, in the order of its pieces. */
export interface FileSummary {
  /** Below the publication's path, with slashes; its name when it is a file alone. */
  path: string;
  length: number;
  /** What was wrong with it when it was last looked at. */
  fault: 'missing' | 'changed' | 'unreadable' | null;
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
  http: Endpoint;
  udp: Endpoint;
  peer: Endpoint;
  /** The name or address put into announce URLs and links. */
  publicHost: string;
  publications: number;
  /** Whether the peer port accepts connections, tried from this machine. */
  peerPortListening: boolean;
  /** Peers connected to the everseed, over all publications. */
  peers: number;
  uploadRate: number;
  uploaded: number;
}

export interface PublishOptions {
  name?: string;
  format?: Format;
  /** Bytes, a power of two; chosen by size when left out. */
  pieceLength?: number;
  /** At most how many pieces to choose the piece length for, where that is left out. */
  pieceCount?: number;
  private?: boolean;
  /** Sent as a first release: a piece to each peer, that they share (BEP 16). */
  superSeeding?: boolean;
  comment?: string;
  /** The program that made it; everseed unless set, null for none. */
  createdBy?: string | null;
  /** When it was made, seconds since the epoch; when it is published unless set, null for never. */
  creationDate?: number | null;
  source?: string;
  /** Nodes of the DHT to begin with (BEP 5); IPv6 without brackets. */
  nodes?: Endpoint[];
  /** Further trackers in tiers, after this engine's tracker. */
  trackers?: string[][];
  webSeeds?: string[];
  /** Where clients can ask for a newer torrent (BEP 39). */
  updateUrl?: string;
  /** Info hashes of torrents that share files with it (BEP 38). */
  similar?: string[];
  /** Collections it is of (BEP 38). */
  collections?: string[];
  /** Globs of the only files to take. */
  include?: string[];
  /** Globs of files to leave out. */
  exclude?: string[];
  /** Names that begin with a dot; taken unless false. */
  hidden?: boolean;
  /** Litter of the system; left out unless true. */
  junk?: boolean;
  /** Symbolic links: followed where they stay inside unless set. */
  symlinks?: 'follow' | 'keep' | 'skip';
}

/** Something at the path that does not become part of the publication. */
export interface LeftOut {
  /** Below the path, with slashes. */
  path: string;
  /** In words. */
  reason: string;
}

/** A file of a removed publication that another one has, too. */
export interface NeededFile {
  path: string;
  /** The id of the other one. */
  id: number;
  /** That one is removed as well, but can be taken back. */
  isRemoved: boolean;
}

/** What publishing a path would make, known before anything is hashed. */
export interface PublishPreview {
  leftOut: LeftOut[];
  path: string;
  name: string;
  size: number;
  files: number;
  pieceLength: number;
  pieces: number;
  format: Format;
}

/** The phases of a publish job, in the order they come. */
export type PublishPhase =
  | 'scanning'
  | 'hashing'
  /** Of adopting, in place of hashing. */
  | 'verifying'
  | 'registering'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface PublishProgress {
  /** The name the client gave this job. */
  job: string;
  path: string;
  phase: PublishPhase;
  hashedBytes: number;
  totalBytes: number;
  /** Files of which all is hashed. */
  hashedFiles: number;
  totalFiles: number;
  /** Bytes hashed per second, over the last seconds. */
  rate: number;
  /** Null while it cannot be told. */
  secondsLeft: number | null;
  /** The sentence that says why, when the phase is `failed`. */
  error: string | null;
}

export interface PublishResult {
  publication: PublicationDetail;
  leftOut: LeftOut[];
  /** The same content was already published; this is that publication. */
  existing: boolean;
}

export interface HealthReport {
  id: number;
  infoHash: string | null;
  infoHashV2: string | null;
  name: string;
  health: HealthState;
  reasons: HealthReason[];
}

/** What carries requests to the tracker. */
export type TrackerProtocol = 'http' | 'udp' | 'websocket';

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
  /** Of each protocol, since the start but for the rate. */
  protocols: Record<
    TrackerProtocol,
    {
      /** Announces per second, of the last seconds. */
      announceRate: number;
      announces: number;
      scrapes: number;
      answered: number;
      /** Not tracked here, or without a passkey that is needed. */
      refused: number;
      malformed: number;
      /** Of addresses that asked too often. */
      limited: number;
    }
  >;
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

/** The newest change that can be undone. */
export interface Undoable {
  kind: 'remove' | 'pause' | 'resume' | 'limit';
  /** What it was done to, or the first of them. */
  name: string;
  /** How many publications are changed back together. */
  count: number;
  /** When it can no longer be undone. */
  until: number;
}

/** The publications that are not healthy, the worst first; paused ones only when damaged. */
export interface HealthProblems {
  /** How many publications are in each state. */
  counts: Record<HealthState, number>;
  /** How many are not healthy; `reports` may be fewer. */
  total: number;
  reports: HealthReport[];
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
  /** The value counts once the engine is started again. */
  afterRestart: boolean;
}

/** The whole picture, sent once in answer to `subscribe`. */
export interface Snapshot {
  engine: EngineStatus;
  publications: PublicationSummary[];
  /** Publish jobs under way, whoever started them. */
  jobs: PublishProgress[];
  /** The newest last. */
  events: EngineEvent[];
  /** The last event that a user has seen; errors after it are unread. */
  eventsReadTo: number;
  activity: Activity;
  /** Null when nothing can be undone. */
  undoable: Undoable | null;
}

/** What changed since the snapshot or the last delta; at most one a second, none if nothing did. */
export interface Delta {
  engine?: EngineStatus;
  /** New and changed publications, each whole. */
  publications?: PublicationSummary[];
  removed?: number[];
  /** All jobs under way, when any of them changed. */
  jobs?: PublishProgress[];
  /** New events. */
  events?: EngineEvent[];
  eventsReadTo?: number;
  /** When its newest rates are known, while anything is busy. */
  activity?: Activity;
  undoable?: Undoable | null;
}

/** Requests: what each takes and answers. `id` is a number, a hash prefix or an exact name. */
export interface Requests {
  hello: {
    /** `client`: what events are to say asked for something. */
    params: { protocol: number; version: string; client?: string };
    result: { protocol: number; version: string };
  };
  status: { params: Record<string, never>; result: EngineStatus };
  discovery: { params: Record<string, never>; result: DiscoveryStatus };
  list: { params: Record<string, never>; result: PublicationSummary[] };
  show: { params: { id: string }; result: PublicationDetail };
  peers: { params: { id: string }; result: PeerSummary[] };
  /** All trackers of a publication: this engine's own, and how the others stand. */
  'publication.trackers': { params: { id: string }; result: TrackerSummary[] };
  /** At most `limit` (1000) of a publication's files, from `offset` on. */
  files: {
    params: { id: string; offset: number; limit: number };
    result: { total: number; files: FileSummary[] };
  };
  health: { params: { id?: string }; result: HealthReport[] };
  /** As last measured; at most `limit` (1000) of them with their reasons. */
  'health.problems': { params: { limit: number }; result: HealthProblems };
  /** Of one publication, or of all together. */
  history: { params: { publication?: string; range: HistoryRange }; result: HistoryReport };
  /** At most `limit` (1000), the newest last: before the event `before`, of one publication. */
  events: {
    params: { publication?: string; before?: number; limit: number };
    result: EngineEvent[];
  };
  /** A user has seen all events up to this one. */
  'events.read': { params: { upTo: number }; result: { eventsReadTo: number } };
  preview: { params: { path: string; options: PublishOptions }; result: PublishPreview };
  publish: {
    params: { job: string; path: string; options: PublishOptions };
    result: PublishResult;
  };
  /** Absolute paths: of a torrent file, and of its content or a folder that holds that. */
  adopt: {
    params: { job: string; torrent: string; data: string };
    result: PublishResult;
  };
  'publish.cancel': { params: { job: string }; result: { cancelled: boolean } };
  /** Changes with the same `batch` are undone together. */
  /** `uploadLimit`: bytes per second; null for no limit. */
  limit: {
    params: { id: string; uploadLimit: number | null; batch?: string };
    result: PublicationDetail;
  };
  pause: { params: { id: string; batch?: string }; result: PublicationSummary };
  resume: { params: { id: string; batch?: string }; result: PublicationSummary };
  remove: {
    params: { id: string; deleteData: boolean; batch?: string };
    /**
     * What was kept of the data, null when none was to be deleted. `keptFiles`: what was changed
     * since; `neededFiles`: what another publication has, too.
     */
    result: {
      id: number;
      name: string;
      keptFiles: string[] | null;
      neededFiles: NeededFile[] | null;
    };
  };
  'tracker.stats': { params: Record<string, never>; result: TrackerStats };
  'tracker.keys.list': { params: Record<string, never>; result: TrackerKey[] };
  'tracker.keys.add': { params: { name: string }; result: TrackerKey };
  /** `key`: the name, or the passkey itself. */
  'tracker.keys.remove': { params: { key: string }; result: TrackerKey };
  /** Undoes the newest batch of changes: pausing, resuming, and removing without the data. */
  undo: {
    params: Record<string, never>;
    result: { kind: Undoable['kind']; publications: PublicationSummary[] };
  };
  'settings.list': { params: Record<string, never>; result: SettingSummary[] };
  /** `text` is what a person typed. Answers all settings as they are then. */
  'settings.set': { params: { key: string; text: string }; result: SettingSummary[] };
  'settings.reload': { params: Record<string, never>; result: { afterRestart: string[] } };
  subscribe: { params: Record<string, never>; result: Snapshot };
  unsubscribe: { params: Record<string, never>; result: Record<string, never> };
  stop: { params: Record<string, never>; result: { pid: number } };
}

/** What the engine sends without being asked for each. */
export interface Notifications {
  /** To the connection that started the job, a few times a second. */
  'publish.progress': PublishProgress;
  /** To connections that subscribed. */
  delta: Delta;
  /** To the same: the engine ends because somebody wants it to, and should not be started again. */
  stopping: Record<string, never>;
}

export type Method = keyof Requests;

export interface NotificationMessage {
  jsonrpc: '2.0';
  method: string;
  params?: unknown;
}

/** JSON-RPC's own codes; an error of everseed's own is `failed`, its name in `data.code`. */
export const errorCodes = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  failed: -32000,
} as const;

export interface ResponseMessage {
  jsonrpc: '2.0';
  id: number | null;
  result?: unknown;
  error?: { code: number; message: string; data?: { code: string } };
}
