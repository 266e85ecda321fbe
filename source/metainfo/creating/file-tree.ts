import type { Encodable } from '../../bencode/encode.ts';
import { EverseedError } from '../../errors.ts';
import type { Content } from '../content.ts';
import type { ContentFile } from '../content-files.ts';
import { fileAttributes } from './file-attributes.ts';

/** Names of a folder, as binary strings, which is how they are sorted when encoded. */
type Tree = Map<string, Encodable>;

/** How many folders deep a file may be: readers of bencode stop at a hundred dictionaries. */
const deepest = 95;

/**
 * The `file tree` of a v2 info dictionary (BEP 52). `roots` are those of the files that are not
 * empty. A single file is under the name of the torrent.
 */
export function fileTree(
  content: Content,
  name: string,
  roots: ReadonlyMap<ContentFile, Uint8Array>,
): Tree {
  const tree: Tree = new Map();
  const folders = new Map<string, Tree>([['', tree]]);
  for (const file of content.files) {
    const path = content.kind === 'file' ? [name] : file.path;
    const folder = folderAt(folders, path.length - 1, path);
    folder.set(binaryString(path.at(-1) ?? ''), new Map([['', leaf(file, roots.get(file))]]));
  }
  return tree;
}

/**
 * Checks that content is not nested deeper than others can read.
 *
 * @throws EverseedError `content-too-deep`, naming the file
 */
export function checkDepth({ files }: Content): void {
  const tooDeep = files.find(({ path }) => path.length > deepest);
  if (!tooDeep) return;
  throw new EverseedError(
    'content-too-deep',
    `${tooDeep.absolutePath} is in more than ${deepest} folders, too deep for a v2 torrent: exclude it, or make a v1 torrent`,
  );
}

/** The tree of the folder that the first `depth` components of a path name, made where missing. */
function folderAt(folders: Map<string, Tree>, depth: number, path: readonly string[]): Tree {
  const key = path.slice(0, depth).join('/');
  const known = folders.get(key);
  if (known) return known;
  const folder: Tree = new Map();
  folders.set(key, folder);
  folderAt(folders, depth - 1, path).set(binaryString(path[depth - 1] ?? ''), folder);
  return folder;
}

function leaf(file: ContentFile, root: Uint8Array | undefined): Encodable {
  return {
    ...fileAttributes(file),
    length: file.linkTarget ? undefined : file.length,
    'pieces root': root,
  };
}

/** A name as the key of a dictionary: each character one byte of its UTF-8. */
function binaryString(name: string): string {
  return Buffer.from(name).toString('latin1');
}
