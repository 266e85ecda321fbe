/** What the fuzzing peer is told, on its command line. */
export interface FuzzTarget {
  /** Where the everseed accepts peers. */
  host: string;
  port: number;
  /** Another port of the everseed, which is none for peers. */
  httpPort: number;
  /** In hex. */
  infoHash: string;
  pieceLength: number;
  /** A file with the content that is published. */
  content: string;
  /** Where it misbehaves from, by turns. */
  addresses: readonly string[];
  /** Where it downloads from, as it should be done. */
  ownAddress: string;
  seed: number;
}

/** What the fuzzing peer tells when it is asked to end. */
export interface FuzzReport {
  /** How often it has behaved in each of its ways. */
  times: Record<string, number>;
  /** How many bytes of blocks it was sent, all of them right. */
  receivedBytes: number;
  /** Downloads of the whole content, in the midst of it. */
  downloads: number;
  /** Downloads that came to nothing. */
  failed: number;
}
