import { type Encodable, encode } from '../bencode/encode.ts';
import { EverseedError } from '../errors.ts';
import type { Content } from './content.ts';
import { checkDepth, fileTree } from './creating/file-tree.ts';
import { pieceLayers } from './creating/piece-layers.ts';
import { needsPadding, paddedV1Files, v1Files } from './creating/v1-files.ts';
import type { HashFile } from './hashing/file-table.ts';
import { type HashOptions, hashPieces } from './hashing/hash-pieces.ts';
import { hashTrees } from './hashing/hash-trees.ts';
import { infoHashOf, infoHashV2Of } from './info-hash.ts';
import { merkleHashLength } from './merkle.ts';
import type { PieceLayers } from './piece-layers.ts';
import {
  checkPieceCount,
  checkPieceLength,
  choosePieceLength,
  fitToFiles,
} from './piece-length.ts';

export type { HashProgress } from './hashing/hash-progress.ts';

/** BitTorrent v1 (BEP 3), v2 (BEP 52), or both in one info dictionary. */
export type TorrentFormat = 'v1' | 'v2' | 'hybrid';

export interface InfoOptions {
  /** v1 unless set: some clients read nothing else. */
  format?: TorrentFormat;
  /** What the file or folder is called in the torrent; as on disk unless set. */
  name?: string;
  /** Bytes, a power of two from 16 KiB to 64 MiB; chosen by size unless set, in a hybrid of many
   * small files shorter. */
  pieceLength?: number;
  /** How many pieces to choose the piece length for, where that is not set. */
  pieceCount?: number;
  /** Peers only from the torrent's own trackers (BEP 27). */
  private?: boolean;
  /** Makes the same content another torrent, for trackers that want their own. */
  source?: string;
  /** Where a client may ask for a newer torrent that takes this one's place (BEP 39). */
  updateUrl?: string;
  /** Info hashes, 20 bytes each, of torrents that are likely to share files with it (BEP 38). */
  similar?: readonly Uint8Array[];
  /** Names of the collections it is of, whose torrents are likely to share files (BEP 38). */
  collections?: readonly string[];
}

/** What creating the info would make of the content, known before anything is hashed. */
export interface InfoPlan {
  format: TorrentFormat;
  name: string;
  pieceLength: number;
  /** In v2 and hybrid torrents every file begins a piece of its own. */
  pieceCount: number;
  /** Bytes. */
  size: number;
}

/** The hashes that a torrent is known by: the v1 info hash has 20 bytes, the v2 one 32. */
export type InfoHashes =
  | { format: 'v1'; infoHash: Uint8Array<ArrayBuffer>; infoHashV2: null }
  | { format: 'v2'; infoHash: null; infoHashV2: Uint8Array<ArrayBuffer> }
  | { format: 'hybrid'; infoHash: Uint8Array<ArrayBuffer>; infoHashV2: Uint8Array<ArrayBuffer> };

/** An info dictionary made of content. */
export type CreatedInfo = InfoPlan &
  InfoHashes & {
    /** The bencoded info dictionary. */
    info: Uint8Array<ArrayBuffer>;
    /** What a v2 or hybrid torrent carries beside it; null for v1. */
    pieceLayers: PieceLayers | null;
  };

/** Options that make a v1 info dictionary, which has a v1 info hash. */
export type V1InfoOptions = InfoOptions & { format?: 'v1' };
export type CreatedV1Info = Extract<CreatedInfo, { format: 'v1' }>;

/**
 * Decides all about an info dictionary that does not need the content to be read.
 *
 * @throws EverseedError `name-invalid`, `piece-length-invalid` or, but for v1, `content-too-deep`
 */
export function planInfo(content: Content, options: InfoOptions = {}): InfoPlan {
  const { format = 'v1', name = content.name } = options;
  const { pieceLength = choose(content, format, options.pieceCount) } = options;
  checkName(name);
  if (format !== 'v1') checkDepth(content);
  checkPieceLength(pieceLength);
  const pieceCount =
    format === 'v1' ? Math.ceil(content.size / pieceLength) : countPieces(content, pieceLength);
  checkPieceCount(pieceCount, pieceLength);
  return { format, name, pieceLength, pieceCount, size: content.size };
}

function choose(content: Content, format: TorrentFormat, wantedPieces?: number): number {
  const chosen = choosePieceLength(content.size, wantedPieces);
  if (format !== 'hybrid' || wantedPieces !== undefined || !needsPadding(content)) return chosen;
  return fitToFiles(chosen, Float64Array.from(lengthsOf(hashFiles(content))));
}

/**
 * Bytes of all pieces: with the padding that a hybrid has behind its files. In v2 every file begins
 * a piece, and peers ask for the rest of its last piece too, the last file's among them.
 */
export function paddedSize(
  content: Content,
  { format, pieceLength, pieceCount, size }: InfoPlan,
): number {
  const isPadded = format === 'v2' || (format === 'hybrid' && needsPadding(content));
  return isPadded ? pieceCount * pieceLength : size;
}

/**
 * Hashes the content, reading it once, and makes its info dictionary: byte for byte the one
 * libtorrent makes of the same files in canonical order.
 *
 * @throws EverseedError those of `planInfo`, and of hashing: `content-changed`,
 *   `content-unreadable`
 */
export async function createInfo(
  content: Content,
  options?: V1InfoOptions,
  hashOptions?: HashOptions,
): Promise<CreatedV1Info>;
export async function createInfo(
  content: Content,
  options: InfoOptions,
  hashOptions?: HashOptions,
): Promise<CreatedInfo>;
export async function createInfo(
  content: Content,
  options: InfoOptions = {},
  hashOptions: HashOptions = {},
): Promise<CreatedInfo> {
  const plan = planInfo(content, options);
  const common = {
    collections: listOrNothing(options.collections),
    name: plan.name,
    'piece length': plan.pieceLength,
    private: options.private ? 1 : undefined,
    similar: listOrNothing(options.similar),
    source: options.source,
    'update-url': options.updateUrl,
  };
  return plan.format === 'v1'
    ? createV1(content, plan, common, hashOptions)
    : createWithTrees(content, plan, plan.format, common, hashOptions);
}

/** Keys of an info dictionary. */
type InfoKeys = { readonly [key: string]: Encodable | undefined };

async function createV1(
  content: Content,
  plan: InfoPlan,
  common: InfoKeys,
  hashOptions: HashOptions,
): Promise<CreatedInfo> {
  const pieces = await hashPieces(hashFiles(content), plan.pieceLength, hashOptions);
  const info = encode({ ...common, ...v1Files(content), pieces });
  const infoHash = infoHashOf(info);
  return { ...plan, format: 'v1', info, infoHash, infoHashV2: null, pieceLayers: null };
}

async function createWithTrees(
  content: Content,
  plan: InfoPlan,
  format: 'v2' | 'hybrid',
  common: InfoKeys,
  hashOptions: HashOptions,
): Promise<CreatedInfo> {
  const { name, pieceLength } = plan;
  const padding = needsPadding(content) ? 'padded' : 'unpadded';
  const hashed = await hashTrees(
    hashFiles(content),
    pieceLength,
    format === 'hybrid' ? padding : 'none',
    hashOptions,
  );
  const v2Keys = {
    ...common,
    'file tree': fileTree(content, name, rootsOfFiles(content, hashed.fileRoots)),
    'meta version': 2,
  };
  const layers = pieceLayers(
    lengthsOf(hashFiles(content)),
    pieceLength,
    hashed.pieceRoots,
    hashed.fileRoots,
  );
  if (!hashed.hashes) {
    const info = encode(v2Keys);
    const infoHashV2 = infoHashV2Of(info);
    return { ...plan, format: 'v2', info, infoHash: null, infoHashV2, pieceLayers: layers };
  }
  const info = encode({
    ...v2Keys,
    ...paddedV1Files(content, pieceLength),
    pieces: hashed.hashes,
  });
  const hashes = { infoHash: infoHashOf(info), infoHashV2: infoHashV2Of(info) };
  return { ...plan, format: 'hybrid', info, ...hashes, pieceLayers: layers };
}

/** What there is to read: all but links that are kept as links. Made anew whenever it is iterated. */
function hashFiles({ files }: Content): Iterable<HashFile> {
  return {
    *[Symbol.iterator]() {
      for (const { absolutePath, length, modifiedMs, inode, linkTarget } of files) {
        if (!linkTarget) yield { path: absolutePath, length, modifiedMs, inode };
      }
    },
  };
}

function countPieces(content: Content, pieceLength: number): number {
  let count = 0;
  for (const { length } of content.files) count += Math.ceil(length / pieceLength);
  return count;
}

function* lengthsOf(files: Iterable<HashFile>): Generator<number> {
  for (const { length } of files) yield length;
}

/** The pieces roots of the files that have one, in their order. */
function* rootsOfFiles(content: Content, roots: Uint8Array): Generator<Uint8Array, undefined> {
  let offset = 0;
  for (const length of lengthsOf(hashFiles(content))) {
    const end = offset + merkleHashLength;
    if (length > 0) yield roots.subarray(offset, end);
    offset = end;
  }
}

function listOrNothing<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw new EverseedError(
      'name-invalid',
      `${JSON.stringify(name)} cannot be the name of a publication: give it one without slashes`,
    );
  }
}
