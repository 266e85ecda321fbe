import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { systemErrorCode } from '../../errors.ts';
import { identityOf } from '../../file-identity.ts';
import { InodeKeeping } from '../../inode-keeping.ts';
import type { Info, InfoFile } from '../info.ts';

/** A file of a torrent, as it is on disk. */
export interface FoundFile {
  file: InfoFile;
  /** Absolute. */
  path: string;
  /** Bytes; null when nothing is there. */
  onDisk: number | null;
  /** Milliseconds since the epoch, with fractions; null of what is no file. */
  modifiedMs: number | null;
  /**
   * In decimal, as it may be too large for a number; null of what is no file, and where the file
   * system does not keep it.
   */
  inode: string | null;
  /** There is something there, and it is no file, or not the link it should be. */
  isOther: boolean;
}

const atOnce = 64;

/**
 * Looks at the files of a torrent, padding left out, under the path that is its content: the file,
 * or the folder that holds what the torrent's folder holds.
 */
export async function inspectFiles(info: Info, contentPath: string): Promise<FoundFile[]> {
  const files = info.files.filter((file) => !file.padding);
  const found: FoundFile[] = [];
  const inodes = new InodeKeeping();
  for (let index = 0; index < files.length; index += atOnce) {
    const some = files.slice(index, index + atOnce).map((file) => {
      const path = info.kind === 'file' ? contentPath : join(contentPath, ...file.path);
      return inspectFile(file, path, contentPath, inodes);
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

async function inspectFile(
  file: InfoFile,
  path: string,
  contentPath: string,
  inodes: InodeKeeping,
): Promise<FoundFile> {
  try {
    if (file.symlink) {
      const isOther = !(await isLinkTo(path, file.symlink.join('/'), contentPath));
      return { file, path, onDisk: 0, modifiedMs: null, inode: null, isOther };
    }
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) {
      return { file, path, onDisk: 0, modifiedMs: null, inode: null, isOther: true };
    }
    const { size, modifiedMs, ...identity } = identityOf(stats);
    const inode = (await inodes.keeps(path, stats.dev)) ? identity.inode : null;
    return { file, path, onDisk: size, modifiedMs, inode, isOther: false };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return { file, path, onDisk: null, modifiedMs: null, inode: null, isOther: false };
  }
}

/**
 * Whether a link leads to `target`, which is said from the top of the content (BEP 47); or, as
 * libtorrent has it in the torrents it makes, in the link's own words.
 */
async function isLinkTo(path: string, target: string, contentPath: string): Promise<boolean> {
  if (!(await lstat(path)).isSymbolicLink()) return false;
  const words = await readlink(path);
  if (words === target) return true;
  const folder = await realpath(dirname(path));
  return relative(await realpath(contentPath), resolve(folder, words)) === target;
}

/**
 * Where the content of a torrent is, when somebody says it is at `path`: there; or in it by the
 * torrent's name, as clients put it into a folder of downloads.
 */
export async function locateContent(info: Info, path: string): Promise<string> {
  const inside = join(path, info.name);
  if (info.kind === 'file') return (await isFolder(path)) ? inside : path;
  const isHere = await Promise.all(
    info.files.slice(0, atOnce).map((file) => exists(join(path, ...file.path))),
  );
  return !isHere.includes(true) && (await isFolder(inside)) ? inside : path;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== null;
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}
