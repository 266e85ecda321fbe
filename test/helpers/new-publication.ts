import type { NewPublication } from '../../source/catalog/catalog.ts';

/** A small v1 publication for the catalog, but for what the test cares about. */
export function newPublication(changes: Partial<NewPublication> = {}): NewPublication {
  const size = changes.size ?? 1_000;
  return {
    infoHash: new Uint8Array(20),
    infoHashV2: null,
    name: 'content',
    path: '/content',
    size,
    paddedSize: size,
    fileCount: 1,
    pieceLength: 16_384,
    pieceCount: 1,
    format: 'v1',
    private: false,
    superSeeding: false,
    comment: null,
    createdBy: null,
    creationDate: null,
    nodes: [],
    trackers: [],
    webSeeds: [],
    state: 'seeding',
    createdAt: 0,
    info: Buffer.from('de'),
    files: [],
    pieceLayers: null,
    ...changes,
  };
}
