import { availableParallelism } from 'node:os';
import type { NewPublication } from '../catalog/catalog.ts';
import { EverseedError } from '../errors.ts';
import type { HashProgress } from '../metainfo/create.ts';
import { distinctTiers } from '../metainfo/distinct-tiers.ts';
import type { Info } from '../metainfo/info.ts';
import { readTorrentFile } from '../metainfo/read-torrent-file.ts';
import { parseTorrent, type Torrent } from '../metainfo/torrent-file.ts';
import { inspectFiles } from '../metainfo/verifying/inspect-files.ts';
import { type Verification, verifyContent } from '../metainfo/verifying/verify.ts';
import { type PublishingHost, type PublishOutcome, register } from './publish.ts';

export interface AdoptObserver {
  signal: AbortSignal;
  /** The torrent was read. */
  onRead(torrent: Torrent): void;
  onVerifying(progress: HashProgress): void;
  onRegistering(): void;
}

/**
 * Publishes content that has a torrent already: reads the torrent, compares the content at `data`
 * (the content, or a folder that holds it by its name) with it, and has it served under the
 * torrent's info hashes. All or nothing, as `publish`.
 *
 * @throws EverseedError `torrent-unreadable`, `torrent-invalid`, `torrent-unsupported`,
 *   `content-not-whole`, `content-changed`
 */
export async function adopt(
  host: PublishingHost,
  torrentFile: string,
  data: string,
  observer: AdoptObserver,
): Promise<Omit<PublishOutcome, 'leftOut'>> {
  const { signal } = observer;
  const torrent = await readTorrentFile(torrentFile, parseTorrent);
  expectSupported(torrent, torrentFile);
  observer.onRead(torrent);
  const verification = await verifyContent(torrent, data, {
    signal,
    workers: host.hashThreads() || availableParallelism(),
    onProgress: observer.onVerifying,
  });
  expectWhole(verification);
  observer.onRegistering();
  const publication = await publicationOf(torrent, verification.contentPath, host.now());
  return await host.exclusively(async () => {
    signal.throwIfAborted();
    return register(host, publication);
  });
}

/** Padding within v1 alone is rare: what is seeded there lies file behind file. */
function expectSupported({ info }: Torrent, torrentFile: string): void {
  if (info.version !== 'v1' || !info.files.some(({ padding }) => padding)) return;
  throw new EverseedError(
    'torrent-unsupported',
    `${torrentFile} is a v1 torrent with padding files, which this everseed does not seed`,
  );
}

function expectWhole({ whole, files, goodPieces, pieceCount, contentPath }: Verification): void {
  const changed = files.find(({ status }) => status === 'changed');
  if (changed) {
    throw new EverseedError(
      'content-changed',
      `${changed.path.join('/')} of ${contentPath} changed while it was read: wait until nothing writes there, then try again`,
    );
  }
  if (whole) return;
  const bad = files.find(({ status }) => status !== 'good');
  const which = bad ? `; ${bad.path.join('/')} is ${bad.status}` : '';
  throw new EverseedError(
    'content-not-whole',
    `${contentPath} is not what the torrent says: ${goodPieces} of ${pieceCount} pieces are good${which}`,
  );
}

async function publicationOf(
  torrent: Torrent,
  contentPath: string,
  now: number,
): Promise<NewPublication> {
  const { info, pieceLayers } = torrent;
  const found = await inspectFiles(info, contentPath);
  return {
    infoHash: torrent.infoHash,
    infoHashV2: torrent.infoHashV2,
    name: info.name,
    path: contentPath,
    size: info.contentSize,
    paddedSize: paddedSize(info),
    fileCount: found.length,
    pieceLength: info.pieceLength,
    pieceCount: info.pieceCount,
    format: info.version,
    private: info.private,
    comment: torrent.comment,
    createdBy: torrent.createdBy,
    creationDate: torrent.creationDate,
    nodes: torrent.nodes,
    trackers: distinctTiers(torrent.trackers),
    webSeeds: torrent.webSeeds,
    superSeeding: false,
    state: 'seeding',
    createdAt: now,
    info: torrent.infoBytes,
    pieceLayers: info.version === 'v1' ? null : pieceLayers,
    // A link that is kept as one has nothing to serve.
    files: found
      .filter(({ file }) => !file.symlink)
      .map(({ path, file, modifiedMs }) => ({
        path,
        length: file.length,
        modifiedMs: modifiedMs ?? 0,
      })),
  };
}

/** Bytes of all pieces: in v2 the last one of each file is filled up. */
function paddedSize({ version, size, pieceCount, pieceLength }: Info): number {
  return version === 'v2' ? pieceCount * pieceLength : size;
}
