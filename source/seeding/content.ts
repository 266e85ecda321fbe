/** What the seeder must know of a publication to serve it. Sizes and offsets are bytes. */
export interface SeedContent {
  id: number;
  /** 20 bytes. */
  infoHash: Uint8Array;
  /** The bencoded info dictionary, byte for byte as it was hashed. */
  info: Uint8Array;
  size: number;
  pieceLength: number;
  pieceCount: number;
  private: boolean;
  /** In the order of the pieces. */
  files: ContentFile[];
}

export interface ContentFile {
  /** Absolute. */
  path: string;
  length: number;
  /** When the file was last modified at the time it was hashed; milliseconds since the epoch. */
  modifiedMs: number;
}

/** Where the seeder gets a publication's content from, when a peer first asks for it. */
export interface ContentSource {
  /** Null when there is no such publication. May throw; the peer that asked is then dropped. */
  load(id: number): SeedContent | null;
}
