/** What the seeder must know of a publication to serve it. Sizes and offsets are bytes. */
export interface SeedContent {
  id: number;
  /** 20 bytes. */
  infoHash: Uint8Array;
  /** How long the bencoded info dictionary is. */
  infoLength: number;
  size: number;
  pieceLength: number;
  pieceCount: number;
  /**
   * Where each file begins in the whole content, in the order of the pieces, and at last where the
   * last one ends. No more of a file is kept: a publication may have hundreds of thousands.
   */
  fileStarts: Float64Array;
}

export interface ContentFile {
  /** Absolute. */
  path: string;
  length: number;
  /** When the file was last modified at the time it was hashed; milliseconds since the epoch. */
  modifiedMs: number;
}

/** Where the seeder gets a publication's content from. May throw; that costs one connection. */
export interface ContentSource {
  /** Asked for when a peer comes and none was there. Null when there is no such publication. */
  load(id: number): SeedContent | null;
  /** The file or folder that was published, absolute; it may be moved. Null when it is unknown. */
  root(id: number): string | null;
  /** The files from index `first` up to but not including `end`: those that are to be read. */
  files(id: number, first: number, end: number): ContentFile[];
  /** The bencoded info dictionary, byte for byte as it was hashed. */
  info(id: number): Uint8Array | null;
}
