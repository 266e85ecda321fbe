import { encode } from '../bencode/encode.ts';
import { EverseedError } from '../errors.ts';
import { type HashOptions, hashPieces } from './hashing/hash-pieces.ts';
import { infoHashOf } from './info-hash.ts';
import { checkPieceLength, choosePieceLength } from './piece-length.ts';
import type { Content, ContentFile } from './scan.ts';

export type { HashProgress } from './hashing/hash-progress.ts';

export interface InfoOptions {
  /** What the file or folder is called in the torrent; as on disk unless set. */
  name?: string;
  /** Bytes, a power of two from 16 KiB to 64 MiB; chosen by size unless set. */
  pieceLength?: number;
  /** Peers only from the torrent's own trackers (BEP 27). */
  private?: boolean;
  /** Makes the same content another torrent, for trackers that want their own. */
  source?: string;
}

/** An info dictionary made of content. */
export interface CreatedInfo {
  /** The bencoded info dictionary. */
  info: Uint8Array<ArrayBuffer>;
  /** 20 bytes. */
  infoHash: Uint8Array<ArrayBuffer>;
  name: string;
  pieceLength: number;
  pieceCount: number;
  /** Bytes. */
  size: number;
}

/** What creating the info would make of the content, known before anything is hashed. */
export type InfoPlan = Omit<CreatedInfo, 'info' | 'infoHash'>;

/**
 * Decides all about an info dictionary that does not need the content to be read.
 *
 * @throws EverseedError `name-invalid` or `piece-length-invalid`
 */
export function planInfo(content: Content, options: InfoOptions = {}): InfoPlan {
  const { name = content.name, pieceLength = choosePieceLength(content.size) } = options;
  checkName(name);
  checkPieceLength(pieceLength, content.size);
  const pieceCount = Math.ceil(content.size / pieceLength);
  return { name, pieceLength, pieceCount, size: content.size };
}

/**
 * Hashes the content and makes its v1 info dictionary (BEP 3), byte for byte the one libtorrent
 * makes of the same files in canonical order.
 *
 * @throws EverseedError `name-invalid`, `piece-length-invalid`, and those of hashing:
 *   `content-changed`, `content-unreadable`
 */
export async function createInfo(
  content: Content,
  options: InfoOptions = {},
  hashOptions: HashOptions = {},
): Promise<CreatedInfo> {
  const plan = planInfo(content, options);
  const pieces = await hashPieces(
    content.files.map(({ absolutePath, length, modifiedMs }) => ({
      path: absolutePath,
      length,
      modifiedMs,
    })),
    plan.pieceLength,
    hashOptions,
  );
  const info = encode({
    ...(content.kind === 'folder'
      ? { files: content.files.map((file) => ({ ...lengthAndAttributes(file), path: file.path })) }
      : content.files.map(lengthAndAttributes)[0]),
    name: plan.name,
    'piece length': plan.pieceLength,
    pieces,
    private: options.private ? 1 : undefined,
    source: options.source,
  });
  return { ...plan, info, infoHash: infoHashOf(info) };
}

function lengthAndAttributes({ executable, length }: ContentFile) {
  // BEP 47; as libtorrent does, so that programs still run where they are downloaded to.
  return { attr: executable ? 'x' : undefined, length };
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw new EverseedError(
      'name-invalid',
      `${JSON.stringify(name)} cannot be the name of a publication: give it one without slashes`,
    );
  }
}
