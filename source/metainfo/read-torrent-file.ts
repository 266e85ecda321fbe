import { readFile, stat } from 'node:fs/promises';
import { EverseedError, systemErrorCode } from '../errors.ts';
import { MetainfoError } from './metainfo-error.ts';

/** Larger than any torrent that a client would take. */
const maxFileBytes = 256 * 1024 * 1024;

/**
 * Reads a torrent file, and of its bytes whatever `parse` makes of them.
 *
 * @throws EverseedError `torrent-unreadable`, or `torrent-invalid` when `parse` throws a
 *   MetainfoError
 */
export async function readTorrentFile<T>(
  path: string,
  parse: (bytes: Uint8Array) => T,
): Promise<T> {
  try {
    const stats = await stat(path);
    // reading one may never end
    if (stats.isCharacterDevice()) throw new MetainfoError('it is a device');
    if (stats.size > maxFileBytes) throw new MetainfoError('it is too large');
    return parse(await readFile(path));
  } catch (error) {
    if (error instanceof MetainfoError) {
      throw new EverseedError('torrent-invalid', `${path} is no valid torrent: ${error.message}`, {
        cause: error,
      });
    }
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new EverseedError('torrent-unreadable', wordsFor(code, path), { cause: error });
  }
}

function wordsFor(code: string, path: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is nothing at ${path}: check the path`;
    case 'EISDIR':
      return `${path} is a folder: name the .torrent file`;
    case 'EACCES':
      return `${path} cannot be read (${code}): make it readable to you`;
    default:
      return `${path} cannot be read (${code})`;
  }
}
