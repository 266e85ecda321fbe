import { decode } from '../bencode/decode.ts';
import { getBytes, getDictionary, getInteger, getList, getText } from '../bencode/dictionary.ts';
import { BencodeError } from '../bencode/error.ts';
import type { BencodeValue, Dictionary } from '../bencode/value.ts';
import { believedComponent, believedPath, expectDistinctPaths } from './believed-path.ts';
import { isPaddingName, readFileAttributes } from './file-attributes.ts';
import { readFileTree, type TreeFile } from './file-tree.ts';
import { hybridDisagreement } from './hybrid.ts';
import { isV2PieceLength } from './merkle.ts';
import { MetainfoError } from './metainfo-error.ts';

/** A file as an info dictionary lists it. Padding has no pieces root, nor have v1 files. */
export type InfoFile = TreeFile;

/** Which kinds of peers it is for: BEP 3, BEP 52, or both. */
export type MetainfoVersion = 'v1' | 'v2' | 'hybrid';

/** What an info dictionary says (BEP 3, BEP 52), believed and in order. */
export interface Info {
  version: MetainfoVersion;
  /** What the file or folder is called. */
  name: string;
  kind: 'file' | 'folder';
  /** In the order their bytes are hashed; padding, which is v1's alone, is among them. */
  files: InfoFile[];
  /** Bytes of all files, padding with them. */
  size: number;
  /** Bytes of all files but padding. */
  contentSize: number;
  pieceLength: number;
  /** In v2 every file begins with a piece of its own. */
  pieceCount: number;
  /** The SHA-1 of every piece, 20 bytes each: a view of the input. Null in v2. */
  pieces: Uint8Array | null;
  private: boolean;
  /** What the publisher had it come from; makes the same content another torrent. */
  source: string | null;
}

const sha1Length = 20;

/**
 * How many values a torrent may hold, as libtorrent has it: half a million files, and a bound for
 * what a stranger's torrent costs to read.
 */
export const maxTorrentValues = 5_500_000;

/**
 * Reads an info dictionary from its bytes.
 *
 * @throws MetainfoError when it is not one, or claims what cannot be: paths that lead out of the
 *   content, lengths below zero, pieces that do not fit the size, v1 and v2 that disagree
 */
export function parseInfo(bytes: Uint8Array): Info {
  return parse(bytes, maxTorrentValues);
}

/** The same, of what is published: that was checked when it was, however many files it has. */
export function parsePublishedInfo(bytes: Uint8Array): Info {
  return parse(bytes, Number.POSITIVE_INFINITY);
}

function parse(bytes: Uint8Array, maxValues: number): Info {
  let value: BencodeValue;
  try {
    value = decode(bytes, { tolerant: true, maxValues });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new MetainfoError(`the info dictionary is not valid bencode: ${error.message}`, {
      cause: error,
    });
  }
  if (!(value instanceof Map)) throw new MetainfoError('the info is not a dictionary');
  return readInfo(value);
}

/** Reads an info dictionary that is decoded already; throws as `parseInfo`. */
export function readInfo(info: Dictionary): Info {
  const version = readVersion(info);
  const name = readName(info);
  const v1 = version === 'v2' ? null : readV1Files(info, name);
  const v2 = version === 'v1' ? null : readV2Files(info);
  const files = v1 && v2 ? joinHybridFiles(v1, v2, pieceLengthOf(info)) : (v1 ?? v2 ?? []);

  const size = bytesOf(files);
  if (!Number.isSafeInteger(size)) throw new MetainfoError('its size is out of range');
  if (size === 0) throw new MetainfoError('it has no content');
  const pieceLength = pieceLengthOf(info);
  if (v2) checkV2PieceLength(pieceLength);
  return {
    version,
    name,
    kind: v1 ? kindOfV1(info) : kindOfV2(files, name),
    files,
    size,
    contentSize: bytesOf(files.filter((file) => !file.padding)),
    pieceLength,
    pieceCount: v1 ? Math.ceil(size / pieceLength) : countAlignedPieces(files, pieceLength),
    pieces: v1 ? readPieces(info, Math.ceil(size / pieceLength)) : null,
    private: info.get('private') === 1,
    source: getText(info, 'source') ?? null,
  };
}

/** Metainfo says v2 by its `meta version`, v1 by its `pieces` (BEP 52). */
function readVersion(info: Dictionary): MetainfoVersion {
  const metaVersion = info.get('meta version') ?? 1;
  const hasV1 = info.has('pieces') || info.has('files') || info.has('length');
  if (metaVersion === 2) return hasV1 ? 'hybrid' : 'v2';
  if (metaVersion !== 1) throw new MetainfoError('its meta version is neither 1 nor 2');
  return 'v1';
}

function pieceLengthOf(info: Dictionary): number {
  const pieceLength = getInteger(info, 'piece length');
  if (pieceLength === undefined || pieceLength <= 0) {
    throw new MetainfoError('its piece length is missing or not above zero');
  }
  return pieceLength;
}

function checkV2PieceLength(pieceLength: number): void {
  if (!isV2PieceLength(pieceLength)) {
    throw new MetainfoError(
      `its piece length ${pieceLength} is not a power of two from 16 KiB, as v2 has it`,
    );
  }
}

function readPieces(info: Dictionary, pieceCount: number): Uint8Array {
  const pieces = getBytes(info, 'pieces');
  if (!pieces) throw new MetainfoError('its piece hashes are missing');
  if (pieces.length !== pieceCount * sha1Length) {
    throw new MetainfoError(
      `it has ${pieces.length} bytes of piece hashes where its size needs ${pieceCount * sha1Length}`,
    );
  }
  return pieces;
}

function readName(info: Dictionary): string {
  // Torrents of the days before UTF-8 carry their readable names in keys of their own.
  const name = getText(info, 'name.utf-8') ?? getText(info, 'name');
  if (name === undefined) throw new MetainfoError('its name is missing');
  return believedComponent(name);
}

function kindOfV1(info: Dictionary): Info['kind'] {
  return info.has('files') ? 'folder' : 'file';
}

/** A tree does not say whether it is one file or a folder of one, but for the name (BEP 52). */
function kindOfV2(files: readonly InfoFile[], name: string): Info['kind'] {
  return files.length === 1 && files[0]?.path.join('/') === name ? 'file' : 'folder';
}

function readV1Files(info: Dictionary, name: string): InfoFile[] {
  if (kindOfV1(info) === 'file') {
    return [{ path: [name], ...readFileAttributes(info, [name]), piecesRoot: null }];
  }
  const list = getList(info, 'files');
  if (!list) throw new MetainfoError('its files are not a list');
  const files = list.map(readFile);
  expectDistinctPaths(files);
  return files;
}

function readFile(file: BencodeValue): InfoFile {
  if (!(file instanceof Map)) throw new MetainfoError('one of its files is not a dictionary');
  const components = getList(file, 'path.utf-8') ?? getList(file, 'path');
  const isPadding = getText(file, 'attr')?.includes('p');
  // Padding is on no disk, and some programs give it no path.
  const path = isPadding && !components ? ['.pad'] : believedPath(components);
  const attributes = readFileAttributes(file, path);
  const padding = attributes.padding || isPaddingName(path);
  return { path, ...attributes, padding, piecesRoot: null };
}

function readV2Files(info: Dictionary): InfoFile[] {
  const tree = getDictionary(info, 'file tree');
  if (!tree) throw new MetainfoError('its file tree is missing');
  const files = readFileTree(tree);
  expectDistinctPaths(files);
  return files;
}

/** The v1 files, padding with them, with the pieces roots of the v2 files. */
function joinHybridFiles(v1: InfoFile[], v2: InfoFile[], pieceLength: number): InfoFile[] {
  const problem = hybridDisagreement(v1, v2, pieceLength);
  if (problem !== null) throw new MetainfoError(`its v1 and v2 metainfo disagree: ${problem}`);
  let next = 0;
  return v1.map((file) =>
    file.padding ? file : { ...file, piecesRoot: v2[next++]?.piecesRoot ?? null },
  );
}

function countAlignedPieces(files: readonly InfoFile[], pieceLength: number): number {
  return files.reduce((sum, { length }) => sum + Math.ceil(length / pieceLength), 0);
}

function bytesOf(files: readonly InfoFile[]): number {
  return files.reduce((sum, file) => sum + file.length, 0);
}
