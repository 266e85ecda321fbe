import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EverseedError, messageOf, systemErrorCode } from '../errors.ts';
import type { BinaryString } from './binary-string.ts';
import type { SwarmStore } from './swarm-store.ts';

type Swarms = Pick<SwarmStore, 'takeCompleted' | 'restoreCompleted' | 'dump' | 'restore'>;

interface ArchiveOptions {
  /** Where the files are, which the tracker alone writes. */
  folder: string;
  swarms: Swarms;
  /** More swarms than this are not remembered for their count of completed downloads. */
  mostCounts: number;
  /** Milliseconds since the epoch. */
  wallClock: () => number;
}

const secretLength = 16;

/**
 * What outlives the tracker: counts of completed downloads and the secret of connection ids in a
 * database, and peers in a file beside it, which is written as a whole from time to time.
 */
export class TrackerArchive {
  readonly #options: ArchiveOptions;
  readonly #database: DatabaseSync;
  readonly #peersFile: string;
  /** The database's log, held open so that it can be flushed without waiting for the disk. */
  #log: FileHandle | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** Opens or creates it. Throws `tracker-archive-unreadable` when that is not possible. */
  constructor(options: ArchiveOptions) {
    this.#options = options;
    const file = join(options.folder, 'tracker.sqlite');
    this.#peersFile = join(options.folder, 'tracker-peers.bin');
    try {
      this.#database = new DatabaseSync(file, { timeout: 5_000 });
      this.#database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS completed (
          info_hash BLOB PRIMARY KEY, downloads INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
      `);
    } catch (error) {
      throw new EverseedError(
        'tracker-archive-unreadable',
        `cannot open ${file}: ${messageOf(error)}; move it away to begin with empty counts`,
        { cause: error },
      );
    }
  }

  /** What nobody else knows, the same at every start: 16 bytes. */
  connectionSecret(): Uint8Array {
    this.#database
      .prepare('INSERT OR IGNORE INTO secrets (name, bytes) VALUES (?, ?)')
      .run('connection ids', randomBytes(secretLength));
    const row = this.#database
      .prepare('SELECT bytes FROM secrets WHERE name = ?')
      .get('connection ids');
    const { bytes } = row ?? {};
    if (!(bytes instanceof Uint8Array)) throw new Error('the database has no secret');
    return bytes;
  }

  /**
   * Gives the swarms what is kept of them. Returns what is wrong with the file of peers, or null:
   * without it they begin empty.
   */
  async restore(): Promise<string | null> {
    const { swarms, mostCounts, wallClock } = this.#options;
    const rows = this.#database
      .prepare('SELECT info_hash, downloads FROM completed ORDER BY downloads DESC LIMIT ?')
      .iterate(mostCounts);
    for (const { info_hash: infoHash, downloads } of rows) {
      if (!(infoHash instanceof Uint8Array)) continue;
      swarms.restoreCompleted(Buffer.from(infoHash).toString('latin1'), Number(downloads));
    }
    try {
      swarms.restore(await readFile(this.#peersFile), Math.floor(wallClock() / 1000));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      return `${this.#peersFile} is not used: ${messageOf(error)}`;
    }
    return null;
  }

  /**
   * Has the downloads completed since the last time in the database, which a crash of the program
   * does not undo; resolves when a power cut does not either.
   */
  async saveCounts(): Promise<void> {
    const completed = this.#options.swarms.takeCompleted();
    if (completed.size === 0) return;
    this.#addCounts(completed);
    this.#log ??= await open(join(this.#options.folder, 'tracker.sqlite-wal'), 'r+');
    await this.#log.datasync();
  }

  /** Writes the file of peers, in pieces so that others get their turn. */
  async savePeers(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writePeers());
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#log?.close();
    this.#database.close();
  }

  #addCounts(completed: ReadonlyMap<BinaryString, number>): void {
    const add = this.#database.prepare(
      'INSERT INTO completed (info_hash, downloads) VALUES (?, ?) ' +
        'ON CONFLICT (info_hash) DO UPDATE SET downloads = downloads + excluded.downloads',
    );
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const [infoHash, downloads] of completed) {
        add.run(Buffer.from(infoHash, 'latin1'), downloads);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  async #writePeers(): Promise<void> {
    const { swarms, wallClock } = this.#options;
    const unfinished = `${this.#peersFile}.new`;
    const file = await open(unfinished, 'w', 0o600);
    try {
      for (const piece of swarms.dump(Math.floor(wallClock() / 1000))) await file.writeFile(piece);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#peersFile);
  }
}
