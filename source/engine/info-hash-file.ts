import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EverseedError, messageOf } from '../errors.ts';
import { InfoHashListReader, InfoHashSet } from '../tracker/info-hash-list.ts';

interface InfoHashFileOptions {
  file: string;
  /** The setting that names it, for what is told of it. */
  setting: string;
  /** Told of lines that cannot be read, and of a file that no longer can. */
  onProblem: (sentence: string) => void;
}

/** A hundred lines or so, which take a fraction of a millisecond. */
const readAtOnce = 8 * 1024;

/**
 * A file of info hashes, as it was when it could last be read. It is read in small pieces: it may have
 * a million lines, and others are to get their turn.
 */
export class InfoHashFile {
  readonly #options: InfoHashFileOptions;
  #infoHashes = new InfoHashSet();
  /** What tells that it changed. */
  #seen = '';
  /** Why it cannot be read, as it was told; null while it can. */
  #problem: string | null = null;
  #isReading = false;

  constructor(options: InfoHashFileOptions) {
    this.#options = options;
  }

  get infoHashes(): InfoHashSet {
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

  /**
   * Reads it again if it changed, unless it is just being read. Resolves with whether it did; keeps
   * what it had when it cannot.
   */
  async reload(): Promise<boolean> {
    if (this.#isReading) return false;
    try {
      const stamp = await this.#stamp();
      if (stamp === this.#seen) return false;
      this.#seen = stamp;
      await this.#read();
      this.#problem = null;
      return true;
    } catch (error) {
      // tried again each time, and told once
      this.#seen = '';
      const text = messageOf(error);
      if (text !== this.#problem) {
        this.#problem = text;
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
    const reader = new InfoHashListReader();
    this.#isReading = true;
    try {
      const pieces = createReadStream(file, { encoding: 'latin1', highWaterMark: readAtOnce });
      for await (const piece of pieces) reader.push(String(piece));
    } finally {
      this.#isReading = false;
    }
    reader.end();
    this.#infoHashes = reader.infoHashes;
    const { wrongLines, firstWrongLine } = reader;
    if (wrongLines > 0) {
      const more = wrongLines - 1;
      const others =
        more === 0 ? '' : `, and ${more} more ${more === 1 ? 'line is' : 'lines are'} none`;
      onProblem(`${file}:${firstWrongLine} is no info hash${others}: left out`);
    }
  }
}
