import { getInteger, getList, getText, textOf } from '../bencode/dictionary.ts';
import type { Dictionary } from '../bencode/value.ts';
import { believedComponent } from './believed-path.ts';
import { MetainfoError } from './metainfo-error.ts';

/** What v1 and v2 metainfo say of a file beside its path, in the same words (BEP 3, 47, 52). */
export interface FileAttributes {
  /** Bytes. */
  length: number;
  /** Marked executable (BEP 47). */
  executable: boolean;
  /** Marked hidden (BEP 47). */
  hidden: boolean;
  /** Only aligns the next file to a piece: zeros that are on nobody's disk (BEP 47). */
  padding: boolean;
  /**
   * Where a symbolic link leads, from the top of the content (BEP 47), or as some programs write it
   * from the folder it is in; null: it is a file.
   */
  symlink: string[] | null;
}

/** How BitComet marked padding before there were attributes; what it made is still around. */
const paddingMark = '_____padding_file_';

/** Whether a path in a v1 list is padding by its name. */
export function isPaddingName(path: readonly string[]): boolean {
  return path.at(-1)?.startsWith(paddingMark) ?? false;
}

/** Whether some client takes a file or folder of this name for padding: libtorrent looks anywhere. */
export function looksLikePadding(name: string): boolean {
  return name.includes(paddingMark);
}

/**
 * Reads what a dictionary says of the file at `path`.
 *
 * @throws MetainfoError when the length cannot be, or a link leads out of the content
 */
export function readFileAttributes(file: Dictionary, path: readonly string[]): FileAttributes {
  const letters = getText(file, 'attr') ?? '';
  const isLink = letters.includes('l');
  // Links have no length in v2, and 0 in v1, as libtorrent writes them.
  const length = isLink ? (getInteger(file, 'length') ?? 0) : getInteger(file, 'length');
  if (length === undefined || length < 0) {
    throw new MetainfoError('the length of a file is missing or out of range');
  }
  return {
    length,
    executable: letters.includes('x'),
    hidden: letters.includes('h'),
    padding: letters.includes('p'),
    symlink: isLink ? readSymlink(file, path.length - 1) : null,
  };
}

/** The target of a link that is `depth` folders below the content's root. */
function readSymlink(file: Dictionary, depth: number): string[] {
  const target = getList(file, 'symlink path') ?? [];
  if (target.length === 0) throw new MetainfoError('a symbolic link in it leads nowhere');
  let left = depth;
  return target.map((component) => {
    if (!(component instanceof Uint8Array)) {
      throw new MetainfoError('the target of a symbolic link in it is not of names');
    }
    const name = textOf(component);
    left += name === '..' ? -1 : 1;
    if (left < 0) throw new MetainfoError('a symbolic link in it leads out of the content');
    return name === '..' ? name : believedComponent(name);
  });
}
