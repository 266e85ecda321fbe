import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { EverseedError, systemErrorCode } from '../../errors.ts';
import { type FileTable, fileAt, type HashFile, indexAt, lengthAt, startAt } from './file-table.ts';

/**
 * Reads the files of a table as the one that they make. Synchronous: meant for a thread that does
 * nothing else. A file is compared with what it was when it is left, so bytes of a file that
 * changed since never pass as its own.
 */
export class ContentReader {
  readonly #table: FileTable;
  #open: { index: number; file: HashFile; descriptor: number } | undefined;

  constructor(table: FileTable) {
    this.#table = table;
  }

  /**
   * Fills `target` with the bytes from `position`. There must be that many, with no gap in between.
   *
   * @throws EverseedError `content-changed` or `content-unreadable`, naming the file
   */
  fill(target: Uint8Array, position: number): void {
    let filled = 0;
    for (let index = indexAt(this.#table, position); filled < target.length; index++) {
      const offset = position + filled - startAt(this.#table, index);
      const length = Math.min(target.length - filled, lengthAt(this.#table, index) - offset);
      if (length > 0) this.#read(index, offset, target, filled, filled + length);
      filled += length;
    }
  }

  /**
   * Checks that the file that was read last is still what it was: then all that was read so far is
   * what was to be read.
   */
  check(): void {
    if (!this.#open) return;
    const { file, descriptor } = this.#open;
    expectUnchanged(
      file,
      attempt(file, () => fstatSync(descriptor)),
    );
  }

  /** Checks and leaves the file that was read last, once nothing more is to be read. */
  close(): void {
    try {
      this.check();
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Lets go of the file, whatever became of it. */
  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  /** Fills `target` from `start` to `end` with what a file has from `offset`. */
  #read(index: number, offset: number, target: Uint8Array, start: number, end: number): void {
    const { file, descriptor } = this.#openFile(index);
    for (let filled = start; filled < end; ) {
      const from = offset + filled - start;
      const read = attempt(file, () => readSync(descriptor, target, filled, end - filled, from));
      if (read === 0) throw changedError(file);
      filled += read;
    }
  }

  #openFile(index: number): { file: HashFile; descriptor: number } {
    if (this.#open?.index === index) return this.#open;
    this.close();
    const file = fileAt(this.#table, index);
    // Without O_NONBLOCK, a pipe put in the file's place would wait for a writer forever.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const descriptor = attempt(file, () => openSync(file.path, flags));
    this.#open = { index, file, descriptor };
    return this.#open;
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
function attempt<T>(file: HashFile, call: () => T): T {
  const { path } = file;
  try {
    return call();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    // a folder and a pipe open like a file, and only reading them fails
    if (code === 'EISDIR' || code === 'ESPIPE') throw changedError(file);
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
