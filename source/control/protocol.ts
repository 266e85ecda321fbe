import type { DiscoveryStatus, TrackerSummary } from './discovery.ts';
import type {
  Activity,
  EngineEvent,
  EngineStatus,
  HistoryRange,
  HistoryReport,
  OverallLimit,
  SettingSummary,
  Undoable,
} from './engine.ts';
import type {
  FileSummary,
  HealthProblems,
  HealthReport,
  PeerSummary,
  PublicationDetail,
  PublicationSummary,
  SentReport,
  VerifyReport,
} from './publications.ts';
import type {
  NeededFile,
  PublishOptions,
  PublishPreview,
  PublishProgress,
  PublishResult,
} from './publishing.ts';
import type { MemberTorrent, TrackerKey, TrackerStats } from './tracker.ts';

/**
 * The control protocol: JSON-RPC 2.0, one message a line, over the engine's Unix socket. These
 * types are all that commands and dashboard know of the engine.
 *
 * Sizes are bytes, rates bytes per second, times milliseconds since the epoch, info hashes lower
 * case hex.
 */

/** Raised when a reader of the older version could misread the newer one. */
export const protocolVersion = 1;

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
  /** To whom content was sent, connected or not. */
  'publication.sent': { params: { id: string }; result: SentReport };
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
  /**
   * Absolute paths: of a torrent file, and of its content or a folder that holds that. With
   * `partial`, content that is not whole will do.
   */
  adopt: {
    params: { job: string; torrent: string; data: string; partial?: boolean };
    result: PublishResult;
  };
  /**
   * Compares the content of a publication with its pieces, in its turn; how far it is comes as that
   * of a publish job, and so it is cancelled.
   */
  verify: { params: { job: string; id: string }; result: VerifyReport };
  /**
   * Serves a publication from where its content is now: at the absolute `path`, or in the folder
   * there by its name. Every file must be there with its size and time; with `verify`, those with
   * another time are compared first, as a job like that of `verify`.
   */
  move: {
    params: { job: string; id: string; path: string; verify: boolean };
    result: PublicationDetail;
  };
  'publish.cancel': { params: { job: string }; result: { cancelled: boolean } };
  /**
   * `uploadLimit`: bytes per second; null for no limit. Changes with the same `batch` are undone
   * together.
   */
  limit: {
    params: { id: string; uploadLimit: number | null; batch?: string };
    result: PublicationDetail;
  };
  /** How many peers of a publication may be connected; null for as many as the settings say. */
  'limit.connections': {
    params: { id: string; maxConnections: number | null; batch?: string };
    result: PublicationDetail;
  };
  /** Whether peers are given different pieces (BEP 16), until all are with others. */
  'super-seed': { params: { id: string; superSeeding: boolean }; result: PublicationDetail };
  /** The setting `seeding.uploadRate`: of all together, where the schedule says nothing else. */
  'limit.overall': { params: { uploadLimit: number | null }; result: OverallLimit };
  pause: { params: { id: string; batch?: string }; result: PublicationSummary };
  resume: { params: { id: string; batch?: string }; result: PublicationSummary };
  remove: {
    params: { id: string; deleteData: boolean; batch?: string };
    /**
     * What was kept of the data, null when none was to be deleted. `keptFiles`: what was changed
     * since; `neededFiles`: what another publication has, too; `missingFiles`: what was not there,
     * left out by older engines.
     */
    result: {
      id: number;
      name: string;
      keptFiles: string[] | null;
      neededFiles: NeededFile[] | null;
      missingFiles?: string[] | null;
    };
  };
  'tracker.stats': { params: Record<string, never>; result: TrackerStats };
  'tracker.keys.list': { params: Record<string, never>; result: TrackerKey[] };
  'tracker.keys.add': { params: { name: string }; result: TrackerKey };
  /** `key`: the name, or the passkey itself. */
  'tracker.keys.remove': { params: { key: string }; result: TrackerKey };
  /** The same `key`; `id` is of a private publication. */
  'tracker.keys.torrent': { params: { key: string; id: string }; result: MemberTorrent };
  /**
   * Undoes the newest batch of changes: pausing, resuming, limiting, and removing without the data.
   * No publication is named when it was the limit of all together.
   */
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
