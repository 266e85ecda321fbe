import type { SQLOutputValue } from 'node:sqlite';

/** A publication as the catalog keeps it. Times in milliseconds since the epoch. */
export interface PublicationRow {
  id: number;
  /** 20 bytes, or null for a publication for v2 alone. */
  infoHash: Uint8Array | null;
  /** 32 bytes, or null for a v1 publication. */
  infoHashV2: Uint8Array | null;
  name: string;
  /** The content on disk, absolute. */
  path: string;
  /** Bytes of the files. */
  size: number;
  /** Bytes of all pieces: with padding in a hybrid, and in v2. */
  paddedSize: number;
  fileCount: number;
  pieceLength: number;
  pieceCount: number;
  format: 'v1' | 'v2' | 'hybrid';
  private: boolean;
  /** Sent as a first release, piece by piece to different peers (BEP 16). */
  superSeeding: boolean;
  comment: string | null;
  /** The program that its `.torrent` says made it; null when it does not say. */
  createdBy: string | null;
  /** Seconds since the epoch, as its `.torrent` says; null when it does not. */
  creationDate: number | null;
  /** Nodes of the DHT to begin with (BEP 5). */
  nodes: DhtNodeRow[];
  /** Trackers besides the engine's own, in tiers (BEP 12). */
  trackers: string[][];
  webSeeds: string[];
  state: 'seeding' | 'paused';
  /** Bytes per second to all its peers; null for no limit. */
  uploadLimit: number | null;
  /** Peers connected at one time; null for as many as of every publication. */
  maxConnections: number | null;
  createdAt: number;
}

export interface DhtNodeRow {
  host: string;
  port: number;
}

/** A file of a publication: where it is, and how it looked when it was hashed. */
export interface FileRow {
  path: string;
  length: number;
  /** Bytes that there were of it; left out where that is its length. */
  onDisk?: number;
  modifiedMs: number;
  /** In decimal, as it may be too large for a number; left out where it is not known. */
  inode?: string;
}

/** The columns of a file. */
export const fileColumns = 'path, length, on_disk, modified_ms, inode';

/** What a publication has done so far. */
export interface TotalsRow {
  /** Payload bytes sent. */
  uploaded: number;
  /** What else was sent over the peer wire, bytes. */
  uploadedProtocol: number;
  completed: number;
  lastUploadAt: number | null;
}

/** A change that can be undone. */
export interface UndoableRow {
  id: number;
  at: number;
  kind: 'remove' | 'pause' | 'resume' | 'limit';
  /** Null for the limit of all uploads together. */
  publicationId: number | null;
  /** What the publication is called; null for all. */
  name: string | null;
  /** Changes of one batch are undone together. */
  batch: string;
  /** Of a limit, of what: of bytes per second, or of how many peers may be connected. */
  limitOf: 'upload' | 'connections';
  /** And what it was; null for none. */
  limitBefore: number | null;
}

export interface EventRow {
  id: number;
  at: number;
  publicationId: number | null;
  level: 'info' | 'warning' | 'error';
  text: string;
  /** What asked for it; null when nobody did. */
  askedBy: string | null;
}

export type SqlRow = Record<string, SQLOutputValue>;

/*
 * The schema is STRICT, so a column holds what it says; these only tell the type checker, and
 * would say which column it was if a catalog had been tampered with.
 */

export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`catalog: ${column} is not a number`);
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`catalog: ${column} is not a text`);
}

export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`catalog: ${column} is not a blob`);
}

export function nullable<T>(
  row: SqlRow,
  column: string,
  read: (row: SqlRow, column: string) => T,
): T | null {
  return row[column] === null ? null : read(row, column);
}

/** `parseList`: of the JSON texts in it. */
export function publicationOf(row: SqlRow, parseList = parseJson): PublicationRow {
  return {
    id: number(row, 'id'),
    infoHash: nullable(row, 'info_hash', bytes),
    infoHashV2: nullable(row, 'info_hash_v2', bytes),
    name: text(row, 'name'),
    path: text(row, 'path'),
    size: number(row, 'size'),
    paddedSize: number(row, 'padded_size'),
    fileCount: number(row, 'file_count'),
    pieceLength: number(row, 'piece_length'),
    pieceCount: number(row, 'piece_count'),
    format: text(row, 'format') as PublicationRow['format'],
    private: number(row, 'private') === 1,
    superSeeding: number(row, 'super_seeding') === 1,
    comment: nullable(row, 'comment', text),
    createdBy: nullable(row, 'created_by', text),
    creationDate: nullable(row, 'creation_date', number),
    nodes: parseList(text(row, 'nodes')) as DhtNodeRow[],
    trackers: parseList(text(row, 'trackers')) as string[][],
    webSeeds: parseList(text(row, 'web_seeds')) as string[],
    uploadLimit: nullable(row, 'upload_limit', number),
    maxConnections: nullable(row, 'max_connections', number),
    state: text(row, 'state') as PublicationRow['state'],
    createdAt: number(row, 'created_at'),
  };
}

/** Parses texts many of which are the same: these become one value, not to be changed. */
export function createSharingParser(): typeof parseJson {
  const parsed = new Map<string, unknown>();
  return (json) => {
    if (!parsed.has(json)) parsed.set(json, parseJson(json));
    return parsed.get(json);
  };
}

function parseJson(json: string): unknown {
  return JSON.parse(json);
}

export function fileOf(row: SqlRow): FileRow {
  return {
    path: text(row, 'path'),
    length: number(row, 'length'),
    ...(row['on_disk'] !== null && { onDisk: number(row, 'on_disk') }),
    modifiedMs: number(row, 'modified_ms'),
    ...(row['inode'] !== null && { inode: text(row, 'inode') }),
  };
}

/** Piece layers (BEP 52), by the file's pieces root in hex. */
export function pieceLayersOf(rows: readonly SqlRow[]): Map<string, Uint8Array> {
  return new Map(
    rows.map((row) => [
      Buffer.from(bytes(row, 'pieces_root')).toString('hex'),
      bytes(row, 'layer'),
    ]),
  );
}
