import { availableParallelism } from 'node:os';
import type { NewPublication } from '../catalog/catalog.ts';
import type { FileRow } from '../catalog/rows.ts';
import { EverseedError } from '../errors.ts';
import type { HashProgress } from '../metainfo/create.ts';
import { distinctTiers } from '../metainfo/distinct-tiers.ts';
import type { Info } from '../metainfo/info.ts';
import { readTorrentFile } from '../metainfo/read-torrent-file.ts';
import { parseTorrent, type Torrent } from '../metainfo/torrent-file.ts';
import {
  type Verification,
  type VerifiedFile,
  verifyContent,
} from '../metainfo/verifying/verify.ts';
import { hashInTurn, type PublishingHost, type PublishOutcome, register } from './publish.ts';
import { rowOf } from './verified-content.ts';

export interface AdoptObserver {
  signal: AbortSignal;
  /** The torrent was read. */
  onRead(torrent: Torrent): void;
  /** Others are hashed first. */
  onWaiting(): void;
  onVerifying(progress: HashProgress): void;
  onRegistering(): void;
}

/**
 * Publishes content that has a torrent already: reads the torrent, compares the content at `data`
 * (the content, or a folder that holds it by its name) with it, and has it served under the
 * torrent's info hashes. With `partial`, content that is not whole will do: what is good is served.
 * All or nothing, as `publish`.
 *
 * @throws EverseedError `torrent-unreadable`, `torrent-invalid`, `torrent-unsupported`,
 *   `content-not-whole`, `content-changed`
 */
export async function adopt(
  host: PublishingHost,
  { torrentFile, data, partial }: { torrentFile: string; data: string; partial: boolean },
  observer: AdoptObserver,
): Promise<Omit<PublishOutcome, 'leftOut'>> {
  const { signal } = observer;
  const torrent = await readTorrentFile(torrentFile, parseTorrent);
  expectSupported(torrent, torrentFile);
  observer.onRead(torrent);
  const waiting = { signal, onWait: observer.onWaiting };
  const verification = await hashInTurn(host, torrent.info.contentSize, waiting, () =>
    verifyContent(torrent, data, {
      signal,
      workers: host.hashThreads() || availableParallelism(),
      onProgress: observer.onVerifying,
    }),
  );
  expectUsable(verification, partial);
  observer.onRegistering();
  const publication = publicationOf(torrent, verification, host.now());
  return await host.exclusively(async () => {
    signal.throwIfAborted();
    return register(host, publication);
  });
}

/** Of more files that are not good than these it is only said how many there are. */
const mostFilesNamed = 3;

/** Nobody makes torrents that begin with padding. */
function expectSupported({ info }: Torrent, torrentFile: string): void {
  const first = info.files.find(({ length }) => length > 0);
  if (!first?.padding) return;
  throw new EverseedError(
    'torrent-unsupported',
    `${torrentFile} begins with padding, which this everseed does not seed`,
  );
}

function expectUsable(verification: Verification, partial: boolean): void {
  const { whole, files, goodPieces, pieceCount, contentPath } = verification;
  const changed = files.find(({ status }) => status === 'changed');
  if (changed) {
    throw new EverseedError(
      'content-changed',
      `${changed.path.join('/')} of ${contentPath} changed while it was read: wait until nothing writes there, then try again`,
    );
  }
  if (whole || (partial && goodPieces > 0)) return;
  const which = faultyText(files);
  const advice = goodPieces > 0 ? ' (--partial serves what is good)' : '';
  throw new EverseedError(
    'content-not-whole',
    `${contentPath} is not what the torrent says: ${goodPieces} of ${pieceCount} pieces are good${which}${advice}`,
  );
}

/** Names the files that are to blame. */
function faultyText(files: readonly VerifiedFile[]): string {
  const faulty = files.filter(({ status }) => status !== 'good' && status !== 'unproven');
  if (faulty.length === 0) return '';
  const named = faulty
    .slice(0, mostFilesNamed)
    .map(({ path, status }) => `${path.join('/')} is ${status}`);
  const unnamed = faulty.length - named.length;
  return `; ${named.join(', ')}${unnamed > 0 ? `, and ${unnamed} more are not good` : ''}`;
}

function publicationOf(
  torrent: Torrent,
  { contentPath, files, wrongPieces, missingPieces }: Verification,
  now: number,
): NewPublication {
  const { info, pieceLayers } = torrent;
  return {
    infoHash: torrent.infoHash,
    infoHashV2: torrent.infoHashV2,
    name: info.name,
    path: contentPath,
    size: info.contentSize,
    paddedSize: paddedSize(info),
    fileCount: files.length,
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
    files: files
      .filter(({ found }) => !found.file.symlink)
      .map((file) => rowOf(file) ?? unread(file)),
    badPieces: [...wrongPieces, ...missingPieces].sort((a, b) => a - b),
  };
}

/** A file of which nothing is known: whatever is there later has to be verified first. */
function unread({ found, length }: VerifiedFile): FileRow {
  return { path: found.path, length, modifiedMs: 0 };
}

/** Bytes of all pieces: in v2 the last one of each file is filled up. */
function paddedSize({ version, size, pieceCount, pieceLength }: Info): number {
  return version === 'v2' ? pieceCount * pieceLength : size;
}
