import type { TreeFile } from './file-tree.ts';

interface ListedFile {
  path: readonly string[];
  length: number;
  padding: boolean;
}

/**
 * Says where the v1 files of a hybrid torrent are not its v2 files (BEP 52): they must be the same
 * in the same order, and padding must have every one that is not empty begin with a piece. Null
 * when they agree.
 */
export function hybridDisagreement(
  v1Files: readonly ListedFile[],
  v2Files: readonly Pick<TreeFile, 'path' | 'length'>[],
  pieceLength: number,
): string | null {
  const listed = v1Files.filter((file) => !file.padding);
  for (const [index, v2] of v2Files.entries()) {
    const v1 = listed[index];
    const path = v2.path.join('/');
    if (!v1) return `its v2 file ${JSON.stringify(path)} is not among its v1 files`;
    if (v1.path.join('/') !== path) {
      return `file ${index + 1} is ${JSON.stringify(v1.path.join('/'))} in v1 and ${JSON.stringify(path)} in v2`;
    }
    if (v1.length !== v2.length) {
      return `${JSON.stringify(path)} has ${v1.length} bytes in v1 and ${v2.length} in v2`;
    }
  }
  const extra = listed[v2Files.length];
  if (extra) return `its v1 file ${JSON.stringify(extra.path.join('/'))} is not among its v2 files`;
  return misalignment(v1Files, pieceLength);
}

function misalignment(files: readonly ListedFile[], pieceLength: number): string | null {
  let position = 0;
  let pieces = 0;
  for (const { path, length, padding } of files) {
    if (!padding && length > 0 && position % pieceLength !== 0) {
      return `its v1 file ${JSON.stringify(path.join('/'))} does not begin with a piece: padding is wrong`;
    }
    position += length;
    pieces += padding ? 0 : Math.ceil(length / pieceLength);
  }
  if (Math.ceil(position / pieceLength) !== pieces) {
    return `it has ${Math.ceil(position / pieceLength)} pieces in v1 and ${pieces} in v2: padding is wrong`;
  }
  return null;
}
