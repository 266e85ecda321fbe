import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EverseedError, messageOf, systemErrorCode } from '../errors.ts';
import type { Activity } from './activity.ts';
import type { BinaryString } from './binary-string.ts';
import type { SwarmStore } from './swarm-store.ts';

type Swarms = Pick<SwarmStore, 'takeCompleted' | 'restoreCompleted' | 'dump' | 'restore'>;

/** What was asked since the first start, by name. */
type Totals = Pick<Activity, 'totals' | 'restore'>;

interface ArchiveOptions {
  /** Where the files are, which the tracker alone writes. */
  folder: string;
  swarms: Swarms;
  activity: Totals;
  /** More swarms than this are not remembered for their count of completed downloads. */
  mostCounts: number;
  /** Milliseconds since the epoch. */
  wallClock: () => number;
}

const secretLength = 16;
/** A swarm of which no download was completed for so long is forgotten. */
const rememberedMs = 3 * 365 * 24 * 3_600_000;
/** Rows that are written or dropped at once: some milliseconds' work. */
const rowsAtOnce = 500;

/**
 * What outlives the tracker: counts of completed downloads, what was asked in all and the secret of
 * connection ids in a database, and peers in a file beside it, which is written as a whole from time
 * to time.
 */
export class TrackerArchive {
  readonly #options: ArchiveOptions;
  readonly #database: DatabaseSync;
  readonly #peersFile: string;
  /** The database's log, held open so that it can be flushed without waiting for the disk. */
  #log: FileHandle | null = null;
  /** Downloads that are not in the database yet. */
  readonly #unsaved = new Map<BinaryString, number>();
  readonly #savedTotals = new Map<string, number>();
  /** How many swarms the database has. */
  #counts = 0;
  #saving: Promise<void> = Promise.resolve();
  #writing: Promise<unknown> = Promise.resolve();

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
        CREATE TABLE IF NOT EXISTS totals (name TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS completed (
          info_hash BLOB PRIMARY KEY, downloads INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
      `);
      this.#addCompletedAt();
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

  /** Whether the tracker was asked anything before this start, as far as that is restored. */
  get hasHistory(): boolean {
    return [...this.#savedTotals.values()].some((total) => total > 0);
  }

  /**
   * Gives the swarms what is kept of them, and forgets what is long gone. Returns what is wrong with
   * the file of peers, or null: without it they begin empty.
   */
  async restore(): Promise<string | null> {
    const { swarms, activity, mostCounts, wallClock } = this.#options;
    this.#database
      .prepare('DELETE FROM completed WHERE completed_at < ?')
      .run(wallClock() - rememberedMs);
    const rows = this.#database
      .prepare('SELECT info_hash, downloads FROM completed ORDER BY downloads DESC LIMIT ?')
      .iterate(mostCounts);
    for (const { info_hash: infoHash, downloads } of rows) {
      if (!(infoHash instanceof Uint8Array)) continue;
      swarms.restoreCompleted(Buffer.from(infoHash).toString('latin1'), Number(downloads));
    }
    this.#counts = this.#count();
    for (const { name, total } of this.#database.prepare('SELECT name, total FROM totals').all()) {
      this.#savedTotals.set(String(name), Number(total));
    }
    activity.restore(this.#savedTotals);
    try {
      swarms.restore(await readFile(this.#peersFile), Math.floor(wallClock() / 1000));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      return `${this.#peersFile} is not used: ${messageOf(error)}`;
    }
    return null;
  }

  /**
   * Has the downloads completed since the last time in the database, and what was asked in all, which
   * a crash of the program does not undo; resolves when a power cut does not either. What cannot be
   * written now is written the next time.
   */
  async saveCounts(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#save());
    await this.#saving;
  }

  /**
   * Writes the file of peers, in pieces so that others get their turn. Resolves with how many bytes
   * it has.
   */
  async savePeers(): Promise<number> {
    const writing = this.#writing.catch(() => undefined).then(() => this.#writePeers());
    this.#writing = writing;
    return await writing;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#saving, this.#writing]);
    await this.#log?.close();
    this.#database.close();
  }

  /** Older databases do not say when. */
  #addCompletedAt(): void {
    const columns = this.#database.prepare("SELECT name FROM pragma_table_info('completed')").all();
    if (!columns.some(({ name }) => name === 'completed_at')) {
      const now = Math.floor(this.#options.wallClock());
      this.#database.exec(
        `ALTER TABLE completed ADD COLUMN completed_at INTEGER NOT NULL DEFAULT ${now}`,
      );
    }
    this.#database.exec(
      'CREATE INDEX IF NOT EXISTS completed_least ON completed (downloads, completed_at)',
    );
  }

  async #save(): Promise<void> {
    for (const [infoHash, downloads] of this.#options.swarms.takeCompleted()) {
      this.#unsaved.set(infoHash, (this.#unsaved.get(infoHash) ?? 0) + downloads);
    }
    let hasWritten = this.#saveTotals();
    while (this.#unsaved.size > 0) {
      this.#addCounts([...this.#unsaved.entries().take(rowsAtOnce)]);
      hasWritten = true;
      await nextTurn();
    }
    for (let excess = this.#excess; excess > 0; excess -= rowsAtOnce) {
      this.#dropLeast(Math.min(excess, rowsAtOnce));
      await nextTurn();
    }
    if (!hasWritten) return;
    this.#log ??= await open(join(this.#options.folder, 'tracker.sqlite-wal'), 'r+');
    await this.#log.datasync();
  }

  #saveTotals(): boolean {
    const changed = [...this.#options.activity.totals()].filter(
      ([name, total]) => this.#savedTotals.get(name) !== total,
    );
    if (changed.length === 0) return false;
    const set = this.#database.prepare(
      'INSERT INTO totals (name, total) VALUES (?, ?) ' +
        'ON CONFLICT (name) DO UPDATE SET total = excluded.total',
    );
    this.#transaction(() => {
      for (const [name, total] of changed) set.run(name, total);
    });
    for (const [name, total] of changed) this.#savedTotals.set(name, total);
    return true;
  }

  #addCounts(completed: readonly [BinaryString, number][]): void {
    const add = this.#database.prepare(
      'INSERT INTO completed (info_hash, downloads, completed_at) VALUES (?, ?, ?) ' +
        'ON CONFLICT (info_hash) DO UPDATE SET downloads = downloads + excluded.downloads, ' +
        'completed_at = excluded.completed_at',
    );
    const now = Math.floor(this.#options.wallClock());
    this.#transaction(() => {
      for (const [infoHash, downloads] of completed) {
        add.run(Buffer.from(infoHash, 'latin1'), downloads, now);
      }
    });
    // of those that were there already too: whether they are too many is looked at when it seems so
    this.#counts += completed.length;
    for (const [infoHash] of completed) this.#unsaved.delete(infoHash);
  }

  /** How many swarms the database has beyond those that are to be remembered. */
  get #excess(): number {
    const { mostCounts } = this.#options;
    // with some room, so that they are not counted each time
    if (this.#counts <= mostCounts * 1.1 + rowsAtOnce) return 0;
    this.#counts = this.#count();
    const excess = Math.max(0, this.#counts - mostCounts);
    this.#counts -= excess;
    return excess;
  }

  /** Those with the fewest downloads, the oldest first: random info hashes do not push others out. */
  #dropLeast(count: number): void {
    this.#database
      .prepare(
        'DELETE FROM completed WHERE info_hash IN ' +
          '(SELECT info_hash FROM completed ORDER BY downloads, completed_at LIMIT ?)',
      )
      .run(count);
  }

  #count(): number {
    const row = this.#database.prepare('SELECT count(*) AS counts FROM completed').get();
    return Number(row?.['counts']);
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  async #writePeers(): Promise<number> {
    const { swarms, wallClock } = this.#options;
    const unfinished = `${this.#peersFile}.new`;
    const file = await open(unfinished, 'w', 0o600);
    let bytes = 0;
    try {
      for (const piece of swarms.dump(Math.floor(wallClock() / 1000))) {
        await file.writeFile(piece);
        bytes += piece.length;
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#peersFile);
    return bytes;
  }
}
