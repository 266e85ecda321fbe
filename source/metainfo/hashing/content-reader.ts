import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { EverseedError, systemErrorCode } from '../../errors.ts';
import type { HashFile } from './file-table.ts';

/**
 * Reads files as if they were one, each beginning where the one before it ended, or at the next
 * multiple of `alignment` bytes after that. Synchronous: meant for a thread that does nothing else. A file
 * is compared with what it was when it is opened and again when it is left, so bytes of a file that
 * changed in between never pass as its own.
 */
export class ContentReader {
  readonly #files: readonly HashFile[];
  /** Where each file begins. */
  readonly #starts: Float64Array;
  #open: { file: HashFile; descriptor: number } | undefined;

  constructor(files: readonly HashFile[], alignment = 1) {
    this.#files = files;
    this.#starts = new Float64Array(files.length);
    let start = 0;
    for (const [index, file] of files.entries()) {
      this.#starts[index] = start;
      start = Math.ceil((start + file.length) / alignment) * alignment;
    }
  }

  /**
   * Fills `target` with the bytes from `position`. There must be that many, with no gap in between.
   *
   * @throws EverseedError `content-changed` or `content-unreadable`, naming the file
   */
  fill(target: Uint8Array, position: number): void {
    let filled = 0;
    for (let index = this.#fileAt(position); filled < target.length; index++) {
      const file = this.#files[index];
      if (!file) throw new RangeError('read beyond the end of the content');
      const offset = position + filled - (this.#starts[index] ?? 0);
      const length = Math.min(target.length - filled, file.length - offset);
      if (length > 0) this.#read(file, target.subarray(filled, filled + length), offset);
      filled += length;
    }
  }

  /** The file that has the byte at `position`, and where in it that is. */
  locate(position: number): { file: HashFile; offset: number } {
    const index = this.#fileAt(position);
    const file = this.#files[index];
    if (!file) throw new RangeError('a position without files');
    return { file, offset: position - (this.#starts[index] ?? 0) };
  }

  /** Leaves the file that was read last, once nothing more is to be read. */
  close(): void {
    if (!this.#open) return;
    const { file, descriptor } = this.#open;
    try {
      expectUnchanged(
        file,
        attempt(file, () => fstatSync(descriptor)),
      );
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Lets go of the file, whatever became of it. */
  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #read(file: HashFile, target: Uint8Array, offset: number): void {
    const descriptor = this.#descriptorOf(file);
    let filled = 0;
    while (filled < target.length) {
      const read = attempt(file, () =>
        readSync(descriptor, target, filled, target.length - filled, offset + filled),
      );
      if (read === 0) throw changedError(file);
      filled += read;
    }
  }

  #descriptorOf(file: HashFile): number {
    if (this.#open?.file === file) return this.#open.descriptor;
    this.close();
    // Without O_NONBLOCK, a pipe put in the file's place would wait for a writer forever.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const descriptor = attempt(file, () => openSync(file.path, flags));
    this.#open = { file, descriptor };
    expectUnchanged(
      file,
      attempt(file, () => fstatSync(descriptor)),
    );
    return descriptor;
  }

  /** The index of the last file that begins at or before `position`. */
  #fileAt(position: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * Checks that a file is, by its path, still what it was.
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file
 */
export function checkUnchanged(file: HashFile): void {
  expectUnchanged(
    file,
    attempt(file, () => statSync(file.path)),
  );
}

function expectUnchanged(file: HashFile, stats: Stats): void {
  if (!stats.isFile() || stats.size !== file.length || stats.mtimeMs !== file.modifiedMs) {
    throw changedError(file);
  }
}

function changedError({ path }: HashFile): EverseedError {
  return new EverseedError(
    'content-changed',
    `${path} changed while it was hashed: wait until nothing writes to it, then try again`,
  );
}

/** Runs a system call on a file; its failure becomes a sentence about the file. */
function attempt<T>({ path }: HashFile, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new EverseedError(
        'content-changed',
        `${path} is gone since the content was scanned: put it back, or try again without it`,
        { cause: error },
      );
    }
    throw new EverseedError(
      'content-unreadable',
      `${path} cannot be read (${code}): make it readable, or exclude it`,
      { cause: error },
    );
  }
}
