import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { bytes, type FileRow, fileOf, number, type PublicationRow, publicationOf } from './rows.ts';

/**
 * A read-only view of the catalog with a connection of its own, for the threads that serve what
 * is published. It sees every publication from the moment the engine has committed it.
 */
export class CatalogReader {
  readonly #database: DatabaseSync;
  readonly #list: StatementSync;
  readonly #seeding: StatementSync;
  readonly #seedingCount: StatementSync;
  readonly #byId: StatementSync;
  readonly #byInfoHash: StatementSync;
  readonly #files: StatementSync;
  readonly #info: StatementSync;

  /** Opens the catalog in `file`, which the engine has already brought up to date. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    this.#list = this.#database.prepare('SELECT * FROM publications ORDER BY id DESC');
    this.#seeding = this.#database.prepare(
      "SELECT * FROM publications WHERE state = 'seeding' ORDER BY id DESC LIMIT ? OFFSET ?",
    );
    this.#seedingCount = this.#database.prepare(
      "SELECT COUNT(*) AS count FROM publications WHERE state = 'seeding'",
    );
    this.#byId = this.#database.prepare('SELECT * FROM publications WHERE id = ?');
    this.#byInfoHash = this.#database.prepare('SELECT * FROM publications WHERE info_hash = ?');
    this.#files = this.#database.prepare(
      'SELECT path, length, modified_ms FROM files WHERE publication_id = ? ORDER BY position',
    );
    this.#info = this.#database.prepare(
      'SELECT info FROM info_dictionaries WHERE publication_id = ?',
    );
  }

  /** All publications, the newest first. */
  publications(): PublicationRow[] {
    return this.#list.all().map(publicationOf);
  }

  /** Of those that are not paused, the newest first: `limit` of them after the first `offset`. */
  seeding(range: { offset: number; limit: number }): PublicationRow[] {
    return this.#seeding.all(range.limit, range.offset).map(publicationOf);
  }

  /** How many are not paused. */
  seedingCount(): number {
    return number(this.#seedingCount.get() ?? {}, 'count');
  }

  byId(id: number): PublicationRow | null {
    const row = this.#byId.get(id);
    return row ? publicationOf(row) : null;
  }

  byInfoHash(infoHash: Uint8Array): PublicationRow | null {
    const row = this.#byInfoHash.get(infoHash);
    return row ? publicationOf(row) : null;
  }

  /** The files of a publication in the order of its pieces. */
  files(id: number): FileRow[] {
    return this.#files.all(id).map(fileOf);
  }

  /** The bencoded info dictionary, byte for byte as it was hashed. */
  info(id: number): Uint8Array | null {
    const row = this.#info.get(id);
    return row ? bytes(row, 'info') : null;
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
