import type { Encodable } from '../../bencode/encode.ts';
import type { Content } from '../content.ts';
import type { ContentFile } from '../content-files.ts';
import { fileAttributes } from './file-attributes.ts';

/** The keys of a v1 info dictionary (BEP 3) that say what files it has. */
export function v1Files(content: Content): { [key: string]: Encodable | undefined } {
  const [first] = content.files;
  if (content.kind === 'file' && first) return { ...fileAttributes(first), length: first.length };
  return { files: listedFiles(content.files) };
}

/**
 * The same for a hybrid torrent: whatever does not end with a piece is followed by a pad file
 * (BEP 47) that fills the piece, so that the pieces are those of the file tree. As libtorrent has
 * it, that holds for the last file too, though not for one that is alone.
 */
export function paddedV1Files(
  content: Content,
  pieceLength: number,
): { [key: string]: Encodable | undefined } {
  if (!needsPadding(content)) return v1Files(content);
  return { files: listedFiles(content.files, pieceLength) };
}

/** Whether the v1 files of a hybrid torrent are followed by pad files where they need them. */
export function needsPadding({ files }: Content): boolean {
  return files.length > 1;
}

/** Files one by one as they are written: all of them at once would take more room than the info. */
function* listedFiles(files: Iterable<ContentFile>, alignment = 1): Generator<Encodable> {
  for (const file of files) {
    yield listed(file);
    const beyond = file.length % alignment;
    if (beyond > 0) yield padFile(alignment - beyond);
  }
}

function listed(file: ContentFile): Encodable {
  return { ...fileAttributes(file), length: file.length, path: file.path };
}

function padFile(length: number): Encodable {
  return { attr: 'p', length, path: ['.pad', String(length)] };
}
