import { decode } from '../bencode/decode.ts';
import { getBytes, getInteger, getList, getText, textOf } from '../bencode/dictionary.ts';
import { BencodeError } from '../bencode/error.ts';
import type { BencodeValue, Dictionary } from '../bencode/value.ts';
import { MetainfoError } from './metainfo-error.ts';

/** A file as an info dictionary lists it. */
export interface InfoFile {
  /** Components below the content's name; of a single file, its name alone. */
  path: string[];
  /** Bytes. */
  length: number;
  /** Marked executable (BEP 47). */
  executable: boolean;
  /** Only aligns the next file to a piece: zeros that are on nobody's disk (BEP 47). */
  padding: boolean;
}

/** What an info dictionary says (BEP 3), believed and in order. */
export interface Info {
  /** What the file or folder is called. */
  name: string;
  kind: 'file' | 'folder';
  /** In the order their bytes are hashed. */
  files: InfoFile[];
  /** Bytes of all files. */
  size: number;
  pieceLength: number;
  pieceCount: number;
  /** The SHA-1 of every piece, 20 bytes each: a view of the input. */
  pieces: Uint8Array;
  private: boolean;
  /** What the publisher had it come from; makes the same content another torrent. */
  source: string | null;
}

const sha1Length = 20;

/**
 * How many values a torrent may hold, as libtorrent has it: half a million files, and a bound for
 * what a stranger's torrent costs to read.
 */
export const maxTorrentValues = 3_000_000;

/**
 * Reads a v1 info dictionary from its bytes.
 *
 * @throws MetainfoError when it is not one, or claims what cannot be: paths that lead out of the
 *   content, lengths below zero, pieces that do not fit the size
 */
export function parseInfo(bytes: Uint8Array): Info {
  let value: BencodeValue;
  try {
    value = decode(bytes, { tolerant: true, maxValues: maxTorrentValues });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new MetainfoError(`the info dictionary is not valid bencode: ${error.message}`, {
      cause: error,
    });
  }
  if (!(value instanceof Map)) throw new MetainfoError('the info is not a dictionary');
  return readInfo(value);
}

/** Reads a v1 info dictionary that is decoded already. */
export function readInfo(info: Dictionary): Info {
  if (!info.has('pieces') && info.has('file tree')) {
    throw new MetainfoError('it is a BitTorrent v2 torrent without v1 metainfo');
  }
  const name = readName(info);
  const kind = info.has('files') ? 'folder' : 'file';
  const files = kind === 'folder' ? readFiles(info) : [readSingleFile(info, name)];

  const size = files.reduce((sum, file) => sum + file.length, 0);
  if (!Number.isSafeInteger(size)) throw new MetainfoError('its size is out of range');
  if (size === 0) throw new MetainfoError('it has no content');

  const pieceLength = getInteger(info, 'piece length');
  if (pieceLength === undefined || pieceLength <= 0) {
    throw new MetainfoError('its piece length is missing or not above zero');
  }
  const pieces = getBytes(info, 'pieces');
  if (!pieces) throw new MetainfoError('its piece hashes are missing');
  const pieceCount = Math.ceil(size / pieceLength);
  if (pieces.length !== pieceCount * sha1Length) {
    throw new MetainfoError(
      `it has ${pieces.length} bytes of piece hashes where its size needs ${pieceCount * sha1Length}`,
    );
  }
  return {
    name,
    kind,
    files,
    size,
    pieceLength,
    pieceCount,
    pieces,
    private: info.get('private') === 1,
    source: getText(info, 'source') ?? null,
  };
}

function readName(info: Dictionary): string {
  // Torrents of the days before UTF-8 carry their readable names in keys of their own.
  const name = getText(info, 'name.utf-8') ?? getText(info, 'name');
  if (name === undefined) throw new MetainfoError('its name is missing');
  return believedComponent(name);
}

function readSingleFile(info: Dictionary, name: string): InfoFile {
  return { path: [name], ...readLengthAndAttributes(info) };
}

function readFiles(info: Dictionary): InfoFile[] {
  const list = getList(info, 'files');
  if (!list) throw new MetainfoError('its files are not a list');
  const files = list.map(readFile);
  expectDistinctPaths(files);
  return files;
}

function readFile(file: BencodeValue): InfoFile {
  if (!(file instanceof Map)) throw new MetainfoError('one of its files is not a dictionary');
  const components = getList(file, 'path.utf-8') ?? getList(file, 'path');
  if (!components || components.length === 0) {
    throw new MetainfoError('one of its files has no path');
  }
  const path = components.map((component) => {
    if (!(component instanceof Uint8Array)) {
      throw new MetainfoError('a path in it holds something other than names');
    }
    return believedComponent(textOf(component));
  });
  return { path, ...readLengthAndAttributes(file) };
}

function readLengthAndAttributes(file: Dictionary): Omit<InfoFile, 'path'> {
  const length = getInteger(file, 'length');
  if (length === undefined || length < 0) {
    throw new MetainfoError('the length of a file is missing or out of range');
  }
  const attributes = getText(file, 'attr') ?? '';
  return { length, executable: attributes.includes('x'), padding: attributes.includes('p') };
}

/** A name that stays where it is put: joined to a folder, it names something in that folder. */
function believedComponent(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new MetainfoError(`a path in it has the component ${JSON.stringify(name)}`);
  }
  return name;
}

/** No two files may be one file on disk, and none a folder of another. */
function expectDistinctPaths(files: InfoFile[]): void {
  const taken = new Set<string>();
  const folders = new Set<string>();
  for (const { path, padding } of files) {
    if (padding) continue;
    const joined = path.join('/');
    if (taken.has(joined)) {
      throw new MetainfoError(`two of its files have the path ${JSON.stringify(joined)}`);
    }
    taken.add(joined);
    for (let depth = path.length - 1; depth > 0; depth--) {
      const folder = path.slice(0, depth).join('/');
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) {
    if (taken.has(folder)) {
      throw new MetainfoError(`${JSON.stringify(folder)} is both a file and a folder in it`);
    }
  }
}
