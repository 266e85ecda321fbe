/** The parts of the work that a file is in: batches or pieces, by their indexes. */
export interface FileParts {
  first: number;
  last: number;
}

/**
 * Counts the files that are done, all of whose parts are. What it costs to count depends on the
 * parts, not on the files, of which there may be a million in a few parts.
 */
export function createFileCounter(
  files: Iterable<FileParts>,
  partCount: number,
  isDone: (part: number) => boolean,
): () => number {
  /** How many files each part has that are in no other. */
  const within = new Uint32Array(partCount);
  const across: FileParts[] = [];
  for (const { first, last } of files) {
    if (first === last) within[first] = (within[first] ?? 0) + 1;
    else across.push({ first, last });
  }
  return () => {
    /** How many of the parts before each are done. */
    const doneBefore = new Uint32Array(partCount + 1);
    let count = 0;
    for (let part = 0; part < partCount; part++) {
      const done = isDone(part);
      if (done) count += within[part] ?? 0;
      doneBefore[part + 1] = (doneBefore[part] ?? 0) + Number(done);
    }
    for (const { first, last } of across) {
      const done = (doneBefore[last + 1] ?? 0) - (doneBefore[first] ?? 0);
      if (done === last + 1 - first) count++;
    }
    return count;
  };
}

/**
 * The parts of files that lie in a row, each beginning where the one before it ended, or at the
 * next multiple of `alignment` bytes after that. Empty files are in the part before which they lie.
 */
export function* partsOfFiles(
  lengths: Iterable<number>,
  partLength: number,
  partCount: number,
  alignment = 1,
): Iterable<FileParts> {
  const partAt = (position: number) => Math.min(partCount - 1, Math.floor(position / partLength));
  let start = 0;
  for (const length of lengths) {
    yield { first: partAt(start), last: partAt(start + Math.max(0, length - 1)) };
    start = Math.ceil((start + length) / alignment) * alignment;
  }
}
