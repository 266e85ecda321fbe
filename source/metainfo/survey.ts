import {
  getBytes,
  getDictionary,
  getInteger,
  getList,
  getText,
  textOf,
} from '../bencode/dictionary.ts';
import type { BencodeError } from '../bencode/error.ts';
import type { BencodeValue, Dictionary } from '../bencode/value.ts';
import { isPaddingName } from './file-attributes.ts';
import { infoHashOf, infoHashV2Of } from './info-hash.ts';
import { MetainfoError } from './metainfo-error.ts';
import { type Outer, readOuter } from './outer.ts';
import { decodeTorrent, readTorrent, type Torrent } from './torrent-file.ts';

/** A file as an info dictionary claims it, whether that can be or not. */
export interface ClaimedFile {
  /** Components below the content's name; of a single file, its name alone. */
  path: string[];
  /** The same as bytes, which need not be UTF-8. */
  rawPath: Uint8Array[];
  /** Bytes; null when it is no such number. */
  length: number | null;
  executable: boolean;
  hidden: boolean;
  padding: boolean;
  /** Where a symbolic link leads, unchecked; null: it is a file. */
  symlink: string[] | null;
  piecesRoot: Uint8Array | null;
}

/**
 * What a torrent claims, believed or not: for showing and judging torrents, never for acting upon.
 * `torrent` is the same read strictly; null when it is not believed, and then `problem` says why.
 */
export interface Survey extends Outer {
  dictionary: Dictionary;
  info: Dictionary;
  /** The first thing that makes it not canonical bencode, if anything does. */
  tolerated: BencodeError | null;
  torrent: Torrent | null;
  problem: string | null;
  /** 20 bytes; null where nothing in it is v1. */
  infoHash: Uint8Array | null;
  /** 32 bytes; null where nothing in it is v2. */
  infoHashV2: Uint8Array | null;
  name: string | null;
  rawName: Uint8Array | null;
  /** Bytes. */
  pieceLength: number | null;
  /** The SHA-1 of every piece. */
  pieces: Uint8Array | null;
  /** Null where nothing in it is v1. */
  v1Files: ClaimedFile[] | null;
  /** Null where nothing in it is v2. */
  v2Files: ClaimedFile[] | null;
}

/**
 * Reads whatever there is in a torrent.
 *
 * @throws MetainfoError when it is not bencode, or has no info dictionary
 */
export function surveyTorrent(bytes: Uint8Array): Survey {
  const decoded = decodeTorrent(bytes);
  const { dictionary, raw, tolerated } = decoded;
  const info = getDictionary(dictionary, 'info');
  const infoBytes = raw.get('info');
  if (!info || !infoBytes) throw new MetainfoError('it has no info dictionary');
  const hasV1 = info.has('pieces') || info.has('files') || info.has('length');
  // A file tree beside v1 counts only with the meta version that announces it.
  const tree =
    hasV1 && info.get('meta version') !== 2 ? undefined : getDictionary(info, 'file tree');
  const rawName = getBytes(info, 'name.utf-8') ?? getBytes(info, 'name') ?? null;
  return {
    dictionary,
    info,
    tolerated,
    ...strictly(() => readTorrent(decoded)),
    infoHash: hasV1 || !tree ? infoHashOf(infoBytes) : null,
    infoHashV2: tree ? infoHashV2Of(infoBytes) : null,
    name: rawName && textOf(rawName),
    rawName,
    pieceLength: getInteger(info, 'piece length') ?? null,
    pieces: getBytes(info, 'pieces') ?? null,
    v1Files: hasV1 ? claimedV1Files(info, rawName) : null,
    v2Files: tree ? claimedTree(tree) : null,
    ...readOuter(dictionary, info),
  };
}

/** The files of a torrent that are somebody's: of v1 where there is v1, without padding. */
export function contentFiles({ v1Files, v2Files }: Survey): ClaimedFile[] {
  return (v1Files ?? v2Files ?? []).filter((file) => !file.padding);
}

function strictly(read: () => Torrent): Pick<Survey, 'torrent' | 'problem'> {
  try {
    return { torrent: read(), problem: null };
  } catch (error) {
    if (!(error instanceof MetainfoError)) throw error;
    return { torrent: null, problem: error.message };
  }
}

function claimedV1Files(info: Dictionary, rawName: Uint8Array | null): ClaimedFile[] {
  const list = getList(info, 'files');
  if (!list) return [claimedFile(rawName ? [rawName] : [], info)];
  return list.flatMap((file) => {
    if (!(file instanceof Map)) return [];
    const path = bytesIn(getList(file, 'path.utf-8') ?? getList(file, 'path'));
    const claimed = claimedFile(path, file);
    return [{ ...claimed, padding: claimed.padding || isPaddingName(claimed.path) }];
  });
}

function claimedTree(tree: Dictionary): ClaimedFile[] {
  const files: ClaimedFile[] = [];
  const walk = (folder: Dictionary, path: Uint8Array[]) => {
    for (const [key, node] of folder) {
      if (!(node instanceof Map)) continue;
      if (key === '') files.push(claimedFile(path, node));
      else walk(node, [...path, Buffer.from(key, 'latin1')]);
    }
  };
  walk(tree, []);
  return files;
}

function claimedFile(rawPath: Uint8Array[], file: Dictionary): ClaimedFile {
  const letters = getText(file, 'attr') ?? '';
  const isLink = letters.includes('l');
  return {
    path: rawPath.map(textOf),
    rawPath,
    length: getInteger(file, 'length') ?? (isLink ? 0 : null),
    executable: letters.includes('x'),
    hidden: letters.includes('h'),
    padding: letters.includes('p'),
    symlink: isLink ? bytesIn(getList(file, 'symlink path')).map(textOf) : null,
    piecesRoot: getBytes(file, 'pieces root') ?? null,
  };
}

function bytesIn(list: readonly BencodeValue[] | undefined): Uint8Array[] {
  return (list ?? []).filter((value) => value instanceof Uint8Array);
}
