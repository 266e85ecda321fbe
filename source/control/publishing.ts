import type { Endpoint } from './engine.ts';
import type { Format, PublicationDetail } from './publications.ts';

/*
 * What is asked of publish jobs, and what the engine tells of them.
 * Units as in `protocol.ts`.
 */

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
  /** Others are hashed first. */
  | 'waiting'
  | 'hashing'
  /** Of adopting, in place of hashing; of verifying, which begins with it. */
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
