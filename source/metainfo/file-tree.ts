import { getBytes, textOf } from '../bencode/dictionary.ts';
import type { BencodeValue, Dictionary } from '../bencode/value.ts';
import { believedComponent } from './believed-path.ts';
import { type FileAttributes, readFileAttributes } from './file-attributes.ts';
import { merkleHashLength } from './merkle.ts';
import { MetainfoError } from './metainfo-error.ts';

/** A file of a v2 file tree. */
export interface TreeFile extends FileAttributes {
  /** Components below the content's name; of a single file, its name alone. */
  path: string[];
  /** The root of its hash tree, 32 bytes, a view of the input; null of an empty file. */
  piecesRoot: Uint8Array | null;
}

/**
 * Reads a `file tree` (BEP 52): folders are dictionaries by name; a file is one whose only key is
 * empty. Files come in the tree's order, which is the order of their pieces.
 *
 * @throws MetainfoError when it is no such tree, or says what cannot be
 */
export function readFileTree(tree: Dictionary): TreeFile[] {
  const files: TreeFile[] = [];
  // The decoder bounds how deep dictionaries nest.
  const walk = (folder: Dictionary, path: string[]) => {
    let previous: string | undefined;
    for (const [key, node] of folder) {
      // Who sorts them has other pieces than who does not.
      if (previous !== undefined && key < previous) {
        throw new MetainfoError('its file tree is not sorted');
      }
      previous = key;
      const here = [...path, believedComponent(nameOfKey(key))];
      if (!(node instanceof Map)) throw new MetainfoError('its file tree holds no dictionary');
      const file = node.get('');
      if (file === undefined) walk(node, here);
      else files.push(readTreeFile(here, file, node));
    }
  };
  walk(tree, []);
  return files;
}

function readTreeFile(path: string[], file: BencodeValue, node: Dictionary): TreeFile {
  if (!(file instanceof Map)) throw new MetainfoError('a file of its tree is not a dictionary');
  if (node.size > 1) throw new MetainfoError('its file tree has a file that is also a folder');
  const attributes = readFileAttributes(file, path);
  if (attributes.padding) throw new MetainfoError('its file tree has padding, which v2 has not');
  if (attributes.length === 0) return { path, ...attributes, piecesRoot: null };
  const piecesRoot = getBytes(file, 'pieces root');
  if (piecesRoot?.length !== merkleHashLength || piecesRoot.every((byte) => byte === 0)) {
    throw new MetainfoError('the pieces root of a file in its tree is missing or not 32 bytes');
  }
  return { path, ...attributes, piecesRoot };
}

/** Keys are binary strings; names are UTF-8. */
function nameOfKey(key: string): string {
  return textOf(Buffer.from(key, 'latin1'));
}
