import { type Encodable, SortedEntries } from '../../bencode/encode.ts';
import { EverseedError } from '../../errors.ts';
import type { Content } from '../content.ts';
import type { ContentFile } from '../content-files.ts';
import { fileAttributes } from './file-attributes.ts';

/** How many folders deep a file may be: readers of bencode stop at a hundred dictionaries. */
const deepest = 95;

/**
 * The `file tree` of a v2 info dictionary (BEP 52), made while it is encoded. `roots` gives those of
 * the files that are not empty, one after the other. A single file is under the name of the torrent.
 */
export function fileTree(
  { kind, files }: Content,
  name: string,
  roots: Iterator<Uint8Array>,
): SortedEntries {
  const [only] = files;
  if (kind === 'file' && only) {
    return new SortedEntries([[binaryString(name), fileEntry(only, roots)]]);
  }
  return new SortedEntries(folderEntries([], new Rest(files), roots));
}

/** Files of which those at the beginning are taken. */
class Rest {
  readonly #files: Iterator<ContentFile>;
  first: ContentFile | undefined;

  constructor(files: Iterable<ContentFile>) {
    this.#files = files[Symbol.iterator]();
    this.takeFirst();
  }

  takeFirst(): void {
    const { done, value } = this.#files.next();
    this.first = done ? undefined : value;
  }
}

/** What is in a folder: files come in canonical order, so those of a folder follow each other. */
function* folderEntries(
  folder: readonly string[],
  rest: Rest,
  roots: Iterator<Uint8Array>,
): Generator<[string, Encodable]> {
  for (let file = rest.first; file && isIn(folder, file.path); file = rest.first) {
    const name = file.path[folder.length] ?? '';
    if (file.path.length > folder.length + 1) {
      const entries = folderEntries([...folder, name], rest, roots);
      yield [binaryString(name), new SortedEntries(entries)];
    } else {
      yield [binaryString(name), fileEntry(file, roots)];
      rest.takeFirst();
    }
  }
}

function isIn(folder: readonly string[], path: readonly string[]): boolean {
  return folder.every((name, index) => path[index] === name);
}

/**
 * Checks that content is not nested deeper than others can read.
 *
 * @throws EverseedError `content-too-deep`, naming the file
 */
export function checkDepth({ files }: Content): void {
  for (const { path, absolutePath } of files) {
    if (path.length <= deepest) continue;
    throw new EverseedError(
      'content-too-deep',
      `${absolutePath} is in more than ${deepest} folders, too deep for a v2 torrent: exclude it, or make a v1 torrent`,
    );
  }
}

function fileEntry(file: ContentFile, roots: Iterator<Uint8Array>): Encodable {
  const leaf = {
    ...fileAttributes(file),
    length: file.linkTarget ? undefined : file.length,
    'pieces root': file.length > 0 ? roots.next().value : undefined,
  };
  return { '': leaf };
}

/** A name as the key of a dictionary: each character one byte of its UTF-8. */
function binaryString(name: string): string {
  return Buffer.from(name).toString('latin1');
}
