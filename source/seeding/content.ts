import type { HashRequest } from './wire/messages.ts';

/** What the seeder must know of a publication to serve it. Sizes and offsets are bytes. */
export interface SeedContent {
  id: number;
  /** The v1 info hash, 20 bytes; null of a publication for v2 alone. */
  infoHash: Uint8Array | null;
  /** The v2 info hash (BEP 52) as handshakes have it, cut to 20 bytes; null of a v1 publication. */
  shortInfoHashV2: Uint8Array | null;
  /** How long the bencoded info dictionary is. */
  infoLength: number;
  /** Of all pieces: the padding between files, and what pads the last one, is among them. */
  size: number;
  pieceLength: number;
  pieceCount: number;
  /** Peers come from its own trackers only (BEP 27). */
  private: boolean;
  /** Peers connected at one time; null for as many as of every publication. */
  maxConnections: number | null;
  /** Peers are not told what there is, but given different pieces (BEP 16). */
  superSeeding: boolean;
  /**
   * Where each file begins and ends in the whole content, in the order of the pieces. Between them
   * may be padding, which is zeros. No more of a file is kept: a publication may have hundreds of
   * thousands.
   */
  fileStarts: Float64Array;
  fileEnds: Float64Array;
}

export interface ContentFile {
  /** Absolute. */
  path: string;
  length: number;
  /** Bytes that there were of it when it was hashed; left out where that is its length. */
  onDisk?: number;
  /** When the file was last modified at the time it was hashed; milliseconds since the epoch. */
  modifiedMs: number;
  /** In decimal; left out where it is not known. */
  inode?: string;
}

/** A publication as it is when a peer asks for it. */
export interface LoadedContent {
  content: SeedContent;
  /** See ContentSource. */
  badPieces: Uint8Array | null;
}

/** What answers a hash request (BEP 52). */
export interface HashAnswer {
  /** The hashes of a range and those that prove them, 32 bytes each; null when there are none. */
  hashes: Uint8Array | null;
  /** How many hashes had to be computed for it. */
  computed: number;
}

/** Where the seeder gets a publication's content from. May throw; that costs one connection. */
export interface ContentSource {
  /** Asked for when a peer comes and none was there. Null when there is no such publication. */
  load(id: number): LoadedContent | null;
  /** The file or folder that was published, absolute; it may be moved. Null when it is unknown. */
  root(id: number): string | null;
  /** The files from index `first` up to but not including `end`: those that are to be read. */
  files(id: number, first: number, end: number): ContentFile[];
  /** The bencoded info dictionary, byte for byte as it was hashed. */
  info(id: number): Uint8Array | null;
  /**
   * The pieces that are known not to be good, whatever their files look like: a bit each, as a
   * BITFIELD message has them. Null for none.
   */
  badPieces(id: number): Uint8Array | null;
  /** Answers a hash request when it is its turn: it may take a while. */
  hashes(id: number, range: HashRequest): Promise<HashAnswer>;
}
