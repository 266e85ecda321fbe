import { availableParallelism } from 'node:os';
import type { Catalog, NewPublication } from '../catalog/catalog.ts';
import type { FileRow, PublicationRow } from '../catalog/rows.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { type Content, type LeftOut, type ScanRules, scanContent } from '../metainfo/content.ts';
import {
  type CreatedInfo,
  createInfo,
  type HashProgress,
  type InfoOptions,
  type InfoPlan,
  paddedSize,
  planInfo,
} from '../metainfo/create.ts';
import type { HashCheckpoint } from '../metainfo/hashing/checkpoint.ts';
import type { DhtNode } from '../metainfo/outer.ts';
import { version } from '../version.ts';
import type { Mutex } from './mutex.ts';
import type { Turns } from './turns.ts';

/** What torrents say made them, unless they are told otherwise. */
const program = `everseed/${version}`;

/** What a publisher may choose; everything left out has a sensible default. */
export interface PublishChoices extends ScanRules {
  name?: string;
  format?: 'v1' | 'v2' | 'hybrid';
  /** Bytes. */
  pieceLength?: number;
  pieceCount?: number;
  private?: boolean;
  /** Sent as a first release (BEP 16). */
  superSeeding?: boolean;
  comment?: string;
  /** The program that made it; this one unless set, null for none. */
  createdBy?: string | null;
  /** Seconds since the epoch; now unless set, null for none. */
  creationDate?: number | null;
  /** Nodes of the DHT to begin with. */
  nodes?: DhtNode[];
  source?: string;
  /** Trackers besides the engine's own, in tiers. */
  trackers?: string[][];
  webSeeds?: string[];
  updateUrl?: string;
  /** Info hashes, 40 hex digits each. */
  similar?: string[];
  collections?: string[];
}

/** What publishing needs of the engine. */
export interface PublishingHost {
  readonly catalog: Catalog;
  /** How many threads hash; 0 for one each core. */
  hashThreads(): number;
  now(): number;
  /** Keeps two changes of what is published from crossing each other. */
  exclusively: Mutex;
  /** Makes tracker, seeder and site serve the publication; resolves when they do. */
  goLive(publication: PublicationRow): Promise<void>;
  /** Hashing takes all threads there are, and disks like one reader best. */
  hashingTurns: Turns;
  /**
   * Serves a publication from `files` at `path`, of which all was just found good, if what it was
   * served from is not there any more, or not as it was, or not all good.
   */
  mend(publication: PublicationRow, path: string, files: FileRow[]): Promise<PublicationRow>;
}

export interface PublishObserver {
  signal: AbortSignal;
  /** What is hashed is told to it, and what an earlier run hashed taken from it. */
  checkpoint: HashCheckpoint;
  onScanned(content: Content): void;
  /** Others are hashed first. */
  onWaiting(): void;
  onHashing(progress: HashProgress): void;
  onRegistering(): void;
}

export interface PublishOutcome {
  publication: PublicationRow;
  /** It was there before; nothing was added. */
  existing: boolean;
  /** What is at the path, but not part of the publication. */
  leftOut: LeftOut[];
}

/** So many bytes need not wait until others are hashed. */
const hashedInAMoment = 64 * 1024 * 1024;

/** What publishing `path` would make, without hashing it. */
export async function previewPublication(
  path: string,
  choices: PublishChoices,
): Promise<{ content: Content; plan: InfoPlan }> {
  checkChoices(choices);
  const content = await scanContent(path, scanRules(choices));
  return { content, plan: planInfo(content, infoOptions(choices)) };
}

/**
 * Publishes `path`: hashes it, keeps it in the catalog, and has it served. When this returns, all
 * of that is durable and live; when it throws, nothing of it is left. Content that is already
 * published is not published again: the publication that is there comes back as `existing`, served from
 * `path` if what it was served from is not what was published any more.
 */
export async function publish(
  host: PublishingHost,
  path: string,
  choices: PublishChoices,
  observer: PublishObserver,
): Promise<PublishOutcome> {
  checkChoices(choices);
  const { signal } = observer;
  const hashThreads = host.hashThreads() || availableParallelism();
  const content = await scanContent(path, {
    ...scanRules(choices),
    signal,
    hashThreads,
  });
  observer.onScanned(content);
  const { leftOut } = content;
  const hash = () =>
    createInfo(content, infoOptions(choices), {
      signal,
      checkpoint: observer.checkpoint,
      onProgress: observer.onHashing,
      workers: hashThreads,
    });
  const waiting = { signal, onWait: observer.onWaiting };
  const created = await hashInTurn(host, content.size, waiting, hash);
  observer.onRegistering();
  const publication = newPublication(content, created, choices, host.now());
  const registered = await host.exclusively(async () => {
    signal.throwIfAborted();
    return register(host, publication);
  });
  return { ...registered, leftOut };
}

/** Hashes or compares so many bytes: in turn, but for what takes a moment. */
export async function hashInTurn<T>(
  { hashingTurns }: Pick<PublishingHost, 'hashingTurns'>,
  bytes: number,
  waiting: Parameters<Turns>[0],
  hash: () => Promise<T>,
): Promise<T> {
  return bytes <= hashedInAMoment ? await hash() : await hashingTurns(waiting, hash);
}

function newPublication(
  content: Content,
  created: CreatedInfo,
  choices: PublishChoices,
  now: number,
): NewPublication {
  return {
    infoHash: created.infoHash,
    infoHashV2: created.infoHashV2,
    name: created.name,
    path: content.path,
    size: content.size,
    paddedSize: paddedSize(content, created),
    fileCount: content.files.length,
    pieceLength: created.pieceLength,
    pieceCount: created.pieceCount,
    format: created.format,
    private: choices.private ?? false,
    superSeeding: choices.superSeeding ?? false,
    comment: choices.comment ?? null,
    createdBy: choices.createdBy === undefined ? program : choices.createdBy,
    creationDate:
      choices.creationDate === undefined ? Math.floor(now / 1000) : choices.creationDate,
    nodes: choices.nodes ?? [],
    trackers: choices.trackers ?? [],
    webSeeds: choices.webSeeds ?? [],
    state: 'seeding',
    createdAt: now,
    info: created.info,
    pieceLayers: created.pieceLayers,
    // A link that is kept as one has nothing to serve.
    files: [...content.files]
      .filter(({ linkTarget }) => !linkTarget)
      .map((file) => ({
        path: file.absolutePath,
        length: file.length,
        modifiedMs: file.modifiedMs,
        ...(file.inode > 0 && { inode: String(file.inode) }),
      })),
  };
}

/** Adds a publication to the catalog and has it served, or finds it there. */
export async function register(
  host: PublishingHost,
  publication: NewPublication,
): Promise<Omit<PublishOutcome, 'leftOut'>> {
  const existing = host.catalog.withInfoHash(publication);
  if (existing) {
    const { path, files, badPieces = [] } = publication;
    // What is there of it is no place to serve the whole from.
    if (badPieces.length > 0) return { publication: existing, existing: true };
    return { publication: await host.mend(existing, path, files), existing: true };
  }
  const added = addToCatalog(host.catalog, publication);
  try {
    await host.goLive(added);
  } catch (error) {
    host.catalog.remove(added.id);
    throw error;
  }
  return { publication: added, existing: false };
}

function addToCatalog(catalog: Catalog, publication: NewPublication): PublicationRow {
  try {
    return catalog.add(publication);
  } catch (error) {
    throw new EverseedError(
      'catalog-unwritable',
      `cannot write the catalog: ${messageOf(error)}; ${publication.name} was not published (is the disk full?)`,
      { cause: error },
    );
  }
}

function scanRules({ include, exclude, hidden, junk, symlinks }: PublishChoices): ScanRules {
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(hidden !== undefined && { hidden }),
    ...(junk !== undefined && { junk }),
    ...(symlinks && { symlinks }),
  };
}

function infoOptions({ name, pieceLength, source, ...choices }: PublishChoices): InfoOptions {
  return {
    ...(choices.format && { format: choices.format }),
    ...(name !== undefined && { name }),
    ...(pieceLength !== undefined && { pieceLength }),
    ...(choices.pieceCount !== undefined && { pieceCount: choices.pieceCount }),
    ...(source !== undefined && { source }),
    ...(choices.updateUrl !== undefined && { updateUrl: choices.updateUrl }),
    ...(choices.similar && { similar: choices.similar.map((hex) => Buffer.from(hex, 'hex')) }),
    ...(choices.collections && { collections: choices.collections }),
    ...(choices.private && { private: true }),
  };
}

const trackerSchemes = ['http:', 'https:', 'udp:', 'ws:', 'wss:'];
const webSeedSchemes = ['http:', 'https:', 'ftp:'];
const updateSchemes = ['http:', 'https:'];

function checkChoices(choices: PublishChoices): void {
  for (const url of choices.trackers?.flat() ?? []) checkUrl(url, 'tracker', trackerSchemes);
  for (const url of choices.webSeeds ?? []) checkUrl(url, 'web seed', webSeedSchemes);
  if (choices.updateUrl !== undefined) checkUrl(choices.updateUrl, 'update', updateSchemes);
  for (const hash of choices.similar ?? []) checkInfoHash(hash);
}

function checkInfoHash(hash: string): void {
  if (/^[0-9a-f]{40}$/i.test(hash)) return;
  throw new EverseedError(
    'hash-invalid',
    `${hash} is not a v1 info hash of a similar torrent: it must have 40 hex digits`,
  );
}

function checkUrl(url: string, what: string, schemes: string[]): void {
  if (URL.canParse(url) && schemes.includes(new URL(url).protocol)) return;
  throw new EverseedError(
    'url-invalid',
    `${url} is not a ${what} URL: it must begin with ${schemes.map((scheme) => `${scheme}//`).join(', ')}`,
  );
}
