/** A file to hash, as it was found. */
export interface HashFile {
  /** Absolute. */
  path: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since the epoch, with fractions, as Node gives it. */
  modifiedMs: number;
}

/**
 * Files in memory that threads share. Copying a hundred thousand objects to every thread would
 * take longer than hashing them, and keep the thread that sends them from all else.
 */
export interface FileTable {
  /** The paths as UTF-8, a NUL between them. */
  paths: Uint8Array<SharedArrayBuffer>;
  /** Length and time of every file. */
  numbers: Float64Array<SharedArrayBuffer>;
}

export function createFileTable(files: readonly HashFile[]): FileTable {
  const encoded = Buffer.from(files.map(({ path }) => path).join('\0'));
  const paths = new Uint8Array(new SharedArrayBuffer(encoded.length));
  paths.set(encoded);
  const numbers = new Float64Array(new SharedArrayBuffer(files.length * 16));
  for (const [index, { length, modifiedMs }] of files.entries()) {
    numbers[2 * index] = length;
    numbers[2 * index + 1] = modifiedMs;
  }
  return { paths, numbers };
}

export function readFileTable({ paths, numbers }: FileTable): HashFile[] {
  return Buffer.from(paths.buffer)
    .toString('utf8')
    .split('\0')
    .map((path, index) => ({
      path,
      length: numbers[2 * index] ?? 0,
      modifiedMs: numbers[2 * index + 1] ?? 0,
    }));
}
