import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { EverseedError, messageOf } from '../errors.ts';
import { FileOwners } from './file-owners.ts';
import { PasskeyTable } from './passkey-table.ts';
import {
  bytes,
  createSharingParser,
  type EventRow,
  type FileRow,
  fileColumns,
  fileOf,
  nullable,
  number,
  type PublicationRow,
  pieceLayersOf,
  publicationOf,
  type SqlRow,
  type TotalsRow,
  text,
  type UndoableRow,
} from './rows.ts';
import { migrations } from './schema.ts';
import { type SentChange, SentTable } from './sent-table.ts';
import { VerificationTable } from './verification-table.ts';

/** A publication not yet in the catalog, with all that is kept of it. */
export interface NewPublication
  extends Omit<PublicationRow, 'id' | 'uploadLimit' | 'maxConnections'> {
  info: Uint8Array;
  files: FileRow[];
  /** Of v2 and hybrid publications (BEP 52), by the file's pieces root in hex. */
  pieceLayers: ReadonlyMap<string, Uint8Array> | null;
  /** The pieces of which not all is there, or other bytes; left out when all are good. */
  badPieces?: readonly number[];
}

/** A publication with what was counted of it. */
export interface KeptPublication {
  publication: PublicationRow;
  totals: TotalsRow;
}

/** What was sent and completed since the last time it was added to the totals. */
export interface TotalsChange extends SentChange {
  lastUploadAt: number | null;
  /** The tracker's count as it stands, not a difference. */
  completed: number | null;
}

const eventsKept = 10_000;

/**
 * What is published, durable: an SQLite database that the engine alone writes. A function that
 * changes something has it on disk when it returns.
 */
export class Catalog {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly passkeys: PasskeyTable;
  /** What was sent; it is added to by `addToTotals`. */
  readonly sent: Pick<SentTable, 'byDay' | 'byAddress'>;
  readonly #sent: SentTable;
  readonly verifications: VerificationTable;
  readonly fileOwners: FileOwners;

  /**
   * Opens or creates the catalog in `file` and brings its schema up to date.
   * Throws `catalog-newer` when a newer everseed wrote it, `catalog-unreadable` when it is damaged
   * or cannot be opened.
   */
  constructor(file: string) {
    try {
      // A migration may replace a table that others refer to.
      this.#database = new DatabaseSync(file, {
        timeout: 5_000,
        enableForeignKeyConstraints: false,
      });
      this.#database.exec('PRAGMA journal_mode = WAL');
      // what is reported as published must be there after a power cut, too
      this.#database.exec('PRAGMA synchronous = FULL');
    } catch (error) {
      throw new EverseedError(
        'catalog-unreadable',
        `cannot open the catalog ${file}: ${messageOf(error)}; restore it from a copy, or move it away to begin with an empty one`,
        { cause: error },
      );
    }
    this.#migrate(file);
    this.#database.exec('PRAGMA foreign_keys = ON');
    const transaction = <T>(work: () => T) => this.#transaction(work);
    this.#sent = new SentTable(this.#database);
    this.sent = this.#sent;
    this.passkeys = new PasskeyTable(this.#database, transaction);
    this.verifications = new VerificationTable(this.#database, transaction);
    this.fileOwners = new FileOwners(this.#database);
  }

  #migrate(file: string): void {
    const row = this.#database.prepare('PRAGMA user_version').get() ?? {};
    const applied = number(row, 'user_version');
    if (applied > migrations.length) {
      this.#database.close();
      throw new EverseedError(
        'catalog-newer',
        `the catalog ${file} was written by a newer everseed (schema ${applied}, this one knows ${migrations.length}): update everseed, nothing was changed`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < applied) continue;
      this.#transaction(() => {
        this.#database.exec(migration);
        this.#database.exec(`PRAGMA user_version = ${index + 1}`);
      });
    }
  }

  /** Adds a publication; returns it with its id. Its info hashes must not be in the catalog. */
  add(publication: NewPublication): PublicationRow {
    return this.#transaction(() => {
      const { info, files, pieceLayers, badPieces = [], ...row } = publication;
      this.#forgetShelved(row);
      const inserted = this.#statement(
        `INSERT INTO publications (info_hash, info_hash_v2, name, path, size, padded_size, file_count,
           piece_length, piece_count, format, private, comment, created_by, creation_date, nodes,
           trackers, web_seeds, state, created_at, super_seeding)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        row.infoHash,
        row.infoHashV2,
        row.name,
        row.path,
        row.size,
        row.paddedSize,
        row.fileCount,
        row.pieceLength,
        row.pieceCount,
        row.format,
        row.private ? 1 : 0,
        row.comment,
        row.createdBy,
        row.creationDate,
        JSON.stringify(row.nodes),
        JSON.stringify(row.trackers),
        JSON.stringify(row.webSeeds),
        row.state,
        row.createdAt,
        row.superSeeding ? 1 : 0,
      );
      const id = Number(inserted.lastInsertRowid);
      this.#statement('INSERT INTO info_dictionaries (publication_id, info) VALUES (?, ?)').run(
        id,
        info,
      );
      this.#insertFiles(id, files);
      this.#insertPieceLayers(id, pieceLayers);
      if (badPieces.length > 0) {
        const { createdAt: verifiedAt, pieceCount } = row;
        this.verifications.insert(id, { verifiedAt, badPieces, pieceCount });
      }
      this.#statement('INSERT INTO totals (publication_id) VALUES (?)').run(id);
      return { id, uploadLimit: null, maxConnections: null, ...row };
    });
  }

  /** All publications with their totals, in the order they were published. */
  *load(): Generator<KeptPublication> {
    const rows = this.#statement(
      `SELECT p.*, t.uploaded, t.protocol, t.completed, t.last_upload_at
       FROM publications p JOIN totals t ON t.publication_id = p.id
       WHERE p.removed_at IS NULL ORDER BY p.id`,
    ).iterate();
    const parseList = createSharingParser();
    for (const row of rows) yield withTotals(row, parseList);
  }

  /** A publication that there is. */
  publication(id: number): PublicationRow {
    const row = this.#statement('SELECT * FROM publications WHERE id = ?').get(id);
    return publicationOf(row ?? {});
  }

  /** A publication, unless it was removed. */
  find(id: number): PublicationRow | null {
    const row = this.#statement(
      'SELECT * FROM publications WHERE id = ? AND removed_at IS NULL',
    ).get(id);
    return row ? publicationOf(row) : null;
  }

  /** The publication with one of these info hashes, 20 bytes for v1 and 32 for v2. */
  withInfoHash({
    infoHash,
    infoHashV2,
  }: Pick<PublicationRow, 'infoHash' | 'infoHashV2'>): PublicationRow | null {
    const row = this.#statement(
      `SELECT * FROM publications
       WHERE (info_hash = ? OR info_hash_v2 = ?) AND removed_at IS NULL`,
    ).get(infoHash, infoHashV2);
    return row ? publicationOf(row) : null;
  }

  /** Notes where the content of a publication is now; it must be the same content. */
  relocate(id: number, path: string, files: readonly FileRow[]): void {
    this.#transaction(() => {
      this.#statement('UPDATE publications SET path = ? WHERE id = ?').run(path, id);
      this.#statement('DELETE FROM files WHERE publication_id = ?').run(id);
      this.#insertFiles(id, files);
    });
  }

  /** The bencoded info dictionary of a publication, byte for byte as it was hashed. */
  info(id: number): Uint8Array {
    const row = this.#statement('SELECT info FROM info_dictionaries WHERE publication_id = ?').get(
      id,
    );
    return bytes(row ?? {}, 'info');
  }

  /** The piece layers of a publication (BEP 52), by the file's pieces root in hex. */
  pieceLayers(id: number): Map<string, Uint8Array> {
    const rows = this.#statement(
      'SELECT pieces_root, layer FROM piece_layers WHERE publication_id = ?',
    ).all(id);
    return pieceLayersOf(rows);
  }

  /** The files of a publication in the order of its pieces. */
  files(id: number): FileRow[] {
    return this.#statement(
      `SELECT ${fileColumns} FROM files WHERE publication_id = ? ORDER BY position`,
    )
      .all(id)
      .map(fileOf);
  }

  /** At most `limit` files of a publication, from the place `offset` on. */
  someFiles(id: number, offset: number, limit: number): FileRow[] {
    return this.#statement(
      `SELECT ${fileColumns} FROM files WHERE publication_id = ?
       ORDER BY position LIMIT ? OFFSET ?`,
    )
      .all(id, limit, offset)
      .map(fileOf);
  }

  setState(id: number, state: PublicationRow['state']): void {
    this.#statement('UPDATE publications SET state = ? WHERE id = ?').run(state, id);
  }

  setSuperSeeding(id: number, superSeeding: boolean): void {
    this.#statement('UPDATE publications SET super_seeding = ? WHERE id = ?').run(
      superSeeding ? 1 : 0,
      id,
    );
  }

  /** `rate`: bytes per second; null for no limit. */
  setUploadLimit(id: number, rate: number | null): void {
    this.#statement('UPDATE publications SET upload_limit = ? WHERE id = ?').run(rate, id);
  }

  /** `count`: peers connected at one time; null for as many as of every publication. */
  setMaxConnections(id: number, count: number | null): void {
    this.#statement('UPDATE publications SET max_connections = ? WHERE id = ?').run(count, id);
  }

  /** Forgets a publication; its events stay. */
  remove(id: number): void {
    this.#transaction(() => this.#forget(id));
  }

  /**
   * Takes a publication out, but keeps it until `forgetShelvedBefore` or until its content is
   * published again.
   */
  shelve(id: number, at: number): void {
    this.#statement('UPDATE publications SET removed_at = ? WHERE id = ?').run(at, id);
  }

  /** Puts a publication back that was shelved; null when it is not there any more. */
  unshelve(id: number): KeptPublication | null {
    this.#statement('UPDATE publications SET removed_at = NULL WHERE id = ?').run(id);
    const row = this.#statement(
      `SELECT p.*, t.uploaded, t.protocol, t.completed, t.last_upload_at
       FROM publications p JOIN totals t ON t.publication_id = p.id WHERE p.id = ?`,
    ).get(id);
    return row ? withTotals(row) : null;
  }

  /** Returns the ids of those that it forgot. */
  forgetShelvedBefore(at: number): number[] {
    const rows = this.#statement('SELECT id FROM publications WHERE removed_at < ?').all(at);
    const ids = rows.map((row) => number(row, 'id'));
    for (const id of ids) this.remove(id);
    return ids;
  }

  addUndoable(change: Omit<UndoableRow, 'id' | 'name'>): void {
    this.#statement(
      `INSERT INTO undoable (at, kind, publication_id, batch, limit_of, limit_before)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ).run(
      change.at,
      change.kind,
      change.publicationId,
      change.batch,
      change.limitOf,
      change.limitBefore,
    );
  }

  /** What can be undone, the newest first. */
  undoable(): UndoableRow[] {
    return this.#statement(
      'SELECT u.*, p.name FROM undoable u LEFT JOIN publications p ON p.id = u.publication_id ORDER BY u.id DESC',
    )
      .all()
      .map(undoableOf);
  }

  removeUndoable(id: number): void {
    this.#statement('DELETE FROM undoable WHERE id = ?').run(id);
  }

  forgetUndoableBefore(at: number): void {
    this.#statement('DELETE FROM undoable WHERE at < ?').run(at);
  }

  /**
   * `at`: milliseconds since the epoch; the day that what was sent is counted to. Of publications that
   * are gone, it is only counted to the sums over all.
   */
  addToTotals(changes: readonly TotalsChange[], at: number): void {
    if (changes.length === 0) return;
    this.#transaction(() => {
      const update = this.#statement(
        `UPDATE totals SET uploaded = uploaded + ?, protocol = protocol + ?,
           completed = coalesce(?, completed), last_upload_at = coalesce(?, last_upload_at)
         WHERE publication_id = ?`,
      );
      const sent = changes.map((change): SentChange => {
        const { id, payload, protocol, completed, lastUploadAt } = change;
        const { changes: found } = update.run(payload, protocol, completed, lastUploadAt, id);
        return { ...change, isGone: Number(found) === 0 };
      });
      this.#sent.add(sent, at);
    });
  }

  addEvent(event: Omit<EventRow, 'id'>): EventRow {
    const id = this.#transaction(() => {
      const { lastInsertRowid } = this.#statement(
        'INSERT INTO events (at, publication_id, level, text, asked_by) VALUES (?, ?, ?, ?, ?)',
      ).run(event.at, event.publicationId, event.level, event.text, event.askedBy);
      const newest = Number(lastInsertRowid);
      this.#statement('DELETE FROM events WHERE id <= ?').run(newest - eventsKept);
      return newest;
    });
    return { id, ...event };
  }

  /**
   * The newest events, the newest last: of one publication when `publicationId` is given, and those
   * before the event `before` when that is.
   */
  events(limit: number, where: { publicationId?: number; before?: number } = {}): EventRow[] {
    const { publicationId, before = Number.MAX_SAFE_INTEGER } = where;
    const rows =
      publicationId === undefined
        ? this.#statement('SELECT * FROM events WHERE id < ? ORDER BY id DESC LIMIT ?').all(
            before,
            limit,
          )
        : this.#statement(
            'SELECT * FROM events WHERE publication_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
          ).all(publicationId, before, limit);
    return rows.map(eventOf).reverse();
  }

  /** The last event that a user has seen; 0 when none was. */
  get eventsReadTo(): number {
    const row = this.#statement("SELECT value FROM notes WHERE name = 'events-read-to'").get();
    return row ? number(row, 'value') : 0;
  }

  set eventsReadTo(id: number) {
    this.#statement(
      "INSERT INTO notes VALUES ('events-read-to', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    ).run(id);
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #forget(id: number): void {
    this.#statement('DELETE FROM publications WHERE id = ?').run(id);
    this.#sent.forget(id);
  }

  /** What is published anew is not to be undone into being there twice. */
  #forgetShelved({ infoHash, infoHashV2 }: Pick<PublicationRow, 'infoHash' | 'infoHashV2'>): void {
    const shelved = this.#statement(
      `SELECT id FROM publications
       WHERE (info_hash = ? OR info_hash_v2 = ?) AND removed_at IS NOT NULL`,
    ).all(infoHash, infoHashV2);
    for (const row of shelved) this.#forget(number(row, 'id'));
  }

  #insertFiles(id: number, files: readonly FileRow[]): void {
    const insert = this.#statement(
      `INSERT INTO files (publication_id, position, ${fileColumns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const [position, { path, length, onDisk, modifiedMs, inode }] of files.entries()) {
      insert.run(id, position, path, length, onDisk ?? null, modifiedMs, inode ?? null);
    }
  }

  #insertPieceLayers(id: number, layers: NewPublication['pieceLayers']): void {
    const insert = this.#statement(
      'INSERT INTO piece_layers (publication_id, pieces_root, layer) VALUES (?, ?, ?)',
    );
    for (const [root, layer] of layers ?? []) insert.run(id, Buffer.from(root, 'hex'), layer);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // a full disk may have rolled it back already
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function withTotals(
  row: SqlRow,
  parseList?: ReturnType<typeof createSharingParser>,
): KeptPublication {
  return {
    publication: publicationOf(row, parseList),
    totals: {
      uploaded: number(row, 'uploaded'),
      uploadedProtocol: number(row, 'protocol'),
      completed: number(row, 'completed'),
      lastUploadAt: nullable(row, 'last_upload_at', number),
    },
  };
}

function undoableOf(row: SqlRow): UndoableRow {
  return {
    id: number(row, 'id'),
    at: number(row, 'at'),
    kind: text(row, 'kind') as UndoableRow['kind'],
    publicationId: nullable(row, 'publication_id', number),
    name: nullable(row, 'name', text),
    batch: text(row, 'batch'),
    limitOf: text(row, 'limit_of') as UndoableRow['limitOf'],
    limitBefore: nullable(row, 'limit_before', number),
  };
}

function eventOf(row: SqlRow): EventRow {
  return {
    id: number(row, 'id'),
    at: number(row, 'at'),
    publicationId: nullable(row, 'publication_id', number),
    level: text(row, 'level') as EventRow['level'],
    text: text(row, 'text'),
    askedBy: nullable(row, 'asked_by', text),
  };
}
