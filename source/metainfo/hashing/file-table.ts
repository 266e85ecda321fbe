/** A file to hash, as it was found. */
export interface HashFile {
  /** Absolute. */
  path: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since the epoch, with fractions, as Node gives it. */
  modifiedMs: number;
  /** 0, or left out of what was written down before, where it is not known. */
  inode?: number;
}

/**
 * Files in memory that threads share, read as if they were one. Copying a hundred thousand objects
 * to every thread would take longer than hashing them, cost each thread the memory, and keep the
 * thread that sends them from all else.
 */
export interface FileTable {
  /** The paths as UTF-8, in a row. */
  paths: Uint8Array<SharedArrayBuffer>;
  /** Of every file, what `columns` names. */
  numbers: Float64Array<SharedArrayBuffer>;
}

const columns = {
  /** Where its path ends among all paths. */
  pathEnd: 0,
  length: 1,
  modifiedMs: 2,
  /** Where its bytes begin among those of all files. */
  start: 3,
  inode: 4,
} as const;
const columnCount = Object.keys(columns).length;

/**
 * Makes the table of files, each beginning where the one before it ended, or at the next multiple of
 * `alignment` bytes after that. `files` is iterated twice.
 */
export function createFileTable(files: Iterable<HashFile>, alignment = 1): FileTable {
  let count = 0;
  let pathBytes = 0;
  for (const { path } of files) {
    count++;
    pathBytes += Buffer.byteLength(path);
  }
  const paths = Buffer.from(new SharedArrayBuffer(pathBytes));
  const numbers = new Float64Array(new SharedArrayBuffer(count * columnCount * 8));
  let pathEnd = 0;
  let start = 0;
  let row = 0;
  for (const { path, length, modifiedMs, inode = 0 } of files) {
    pathEnd += paths.write(path, pathEnd);
    numbers[row + columns.pathEnd] = pathEnd;
    numbers[row + columns.length] = length;
    numbers[row + columns.modifiedMs] = modifiedMs;
    numbers[row + columns.start] = start;
    numbers[row + columns.inode] = inode;
    row += columnCount;
    start = Math.ceil((start + length) / alignment) * alignment;
  }
  return { paths: new Uint8Array(paths.buffer), numbers };
}

export function fileCount({ numbers }: FileTable): number {
  return numbers.length / columnCount;
}

export function fileAt(table: FileTable, index: number): HashFile {
  const { paths } = table;
  const pathStart = index === 0 ? 0 : numberAt(table, index - 1, columns.pathEnd);
  const pathLength = numberAt(table, index, columns.pathEnd) - pathStart;
  return {
    path: Buffer.from(paths.buffer, pathStart, pathLength).toString('utf8'),
    length: lengthAt(table, index),
    modifiedMs: numberAt(table, index, columns.modifiedMs),
    inode: numberAt(table, index, columns.inode),
  };
}

/** Bytes of all files. */
export function totalLength(table: FileTable): number {
  let total = 0;
  for (const length of lengthsOf(table)) total += length;
  return total;
}

/** All files, in order. */
export function* filesOf(table: FileTable): Generator<HashFile> {
  for (let index = 0; index < fileCount(table); index++) yield fileAt(table, index);
}

/** The length of every file, in order. */
export function* lengthsOf(table: FileTable): Generator<number> {
  for (let index = 0; index < fileCount(table); index++) yield lengthAt(table, index);
}

export function lengthAt(table: FileTable, index: number): number {
  return numberAt(table, index, columns.length);
}

/** Where the bytes of a file begin among those of all. */
export function startAt(table: FileTable, index: number): number {
  return numberAt(table, index, columns.start);
}

/** The index of the last file that begins at or before `position`. */
export function indexAt(table: FileTable, position: number): number {
  let low = 0;
  let high = fileCount(table) - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (startAt(table, middle) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

function numberAt({ numbers }: FileTable, index: number, column: number): number {
  const number = numbers[index * columnCount + column];
  if (number === undefined) throw new RangeError(`there is no file ${index}`);
  return number;
}
