import { readFile, stat } from 'node:fs/promises';
import { EverseedError, messageOf } from '../errors.ts';
import type { BinaryString } from '../tracker/binary-string.ts';
import { parseInfoHashList } from '../tracker/info-hash-list.ts';

interface InfoHashFileOptions {
  file: string;
  /** The setting that names it, for what is told of it. */
  setting: string;
  /** Told of lines that cannot be read, and of a file that no longer can. */
  onProblem: (sentence: string) => void;
}

/** A file of info hashes, as it was when it could last be read. */
export class InfoHashFile {
  readonly #options: InfoHashFileOptions;
  #infoHashes: ReadonlySet<BinaryString> = new Set();
  /** What tells that it changed. */
  #seen = '';

  constructor(options: InfoHashFileOptions) {
    this.#options = options;
  }

  get infoHashes(): ReadonlySet<BinaryString> {
    return this.#infoHashes;
  }

  /** Reads it for the first time; throws `list-unreadable` when it cannot. */
  async load(): Promise<void> {
    try {
      this.#seen = await this.#stamp();
      await this.#read();
    } catch (error) {
      const { setting, file } = this.#options;
      throw new EverseedError(
        'list-unreadable',
        `cannot read ${file}, which the setting ${setting} names: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  /** Reads it again if it changed. Resolves with whether it did; keeps what it had when it cannot. */
  async reload(): Promise<boolean> {
    try {
      const stamp = await this.#stamp();
      if (stamp === this.#seen) return false;
      this.#seen = stamp;
      await this.#read();
      return true;
    } catch (error) {
      const text = messageOf(error);
      if (text !== this.#seen) {
        this.#seen = text;
        this.#options.onProblem(`${this.#options.file} cannot be read now: ${text}`);
      }
      return false;
    }
  }

  async #stamp(): Promise<string> {
    const stats = await stat(this.#options.file);
    // a pipe would be waited for, and a device may have no end
    if (!stats.isFile()) throw new Error('it is no file');
    return `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
  }

  async #read(): Promise<void> {
    const { file, onProblem } = this.#options;
    const { infoHashes, wrongLines } = parseInfoHashList(await readFile(file, 'latin1'));
    this.#infoHashes = infoHashes;
    const [first] = wrongLines;
    if (first !== undefined) {
      const others = wrongLines.length === 1 ? '' : ` and ${wrongLines.length - 1} more lines`;
      onProblem(`${file}:${first} is no info hash${others}: left out`);
    }
  }
}
