import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  bytes,
  type FileRow,
  fileColumns,
  fileOf,
  nullable,
  number,
  type PublicationRow,
  pieceLayersOf,
  publicationOf,
  text,
} from './rows.ts';

const infoHashV2Length = 32;

/** What must be known of a publication to serve it. */
export interface ServedRow
  extends Pick<
    PublicationRow,
    | 'infoHash'
    | 'infoHashV2'
    | 'paddedSize'
    | 'pieceLength'
    | 'pieceCount'
    | 'format'
    | 'private'
    | 'superSeeding'
    | 'maxConnections'
  > {
  /** Bytes of the bencoded info dictionary. */
  infoLength: number;
  /** How long each file is, bytes, in the order of the pieces. */
  fileLengths: number[];
  /** See `CatalogReader.badPieces`. */
  badPieces: Uint8Array | null;
}

/**
 * A read-only view of the catalog with a connection of its own, for the threads that serve what
 * is published. It sees every publication from the moment the engine has committed it.
 */
export class CatalogReader {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the catalog in `file`, which the engine has already brought up to date. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  }

  /** All publications, the newest first. */
  publications(): PublicationRow[] {
    return this.#statement('SELECT * FROM publications WHERE removed_at IS NULL ORDER BY id DESC')
      .all()
      .map((row) => publicationOf(row));
  }

  /** Of those that are not paused, the newest first: `limit` of them after the first `offset`. */
  seeding(range: { offset: number; limit: number }): PublicationRow[] {
    return this.#statement(
      `SELECT * FROM publications WHERE state = 'seeding' AND removed_at IS NULL
       ORDER BY id DESC LIMIT ? OFFSET ?`,
    )
      .all(range.limit, range.offset)
      .map((row) => publicationOf(row));
  }

  /** How many are not paused. */
  seedingCount(): number {
    const row = this.#statement(
      "SELECT COUNT(*) AS count FROM publications WHERE state = 'seeding' AND removed_at IS NULL",
    ).get();
    return number(row ?? {}, 'count');
  }

  byId(id: number): PublicationRow | null {
    const row = this.#statement(
      'SELECT * FROM publications WHERE id = ? AND removed_at IS NULL',
    ).get(id);
    return row ? publicationOf(row) : null;
  }

  /** By its v1 info hash, 20 bytes, or its v2 info hash, 32 bytes. */
  byInfoHash(infoHash: Uint8Array): PublicationRow | null {
    const column = infoHash.length === infoHashV2Length ? 'info_hash_v2' : 'info_hash';
    const row = this.#statement(
      `SELECT * FROM publications WHERE ${column} = ? AND removed_at IS NULL`,
    ).get(infoHash);
    return row ? publicationOf(row) : null;
  }

  /** The files of a publication, in the order of its pieces, from index `first` up to `end`. */
  files(id: number, first = 0, end = Number.MAX_SAFE_INTEGER): FileRow[] {
    return this.#statement(
      `SELECT ${fileColumns} FROM files
       WHERE publication_id = ? AND position >= ? AND position < ? ORDER BY position`,
    )
      .all(id, first, end)
      .map(fileOf);
  }

  /** What serving a publication takes; one question, since thousands may be asked for at once. */
  served(id: number): ServedRow | null {
    // The lengths as one text: 200,000 rows take ten times as long, and sorting what is sorted twice
    // as long. SQLite knows the length of a blob without reading it.
    const row = this.#statement(
      `SELECT info_hash, info_hash_v2, padded_size, piece_length, piece_count, format, private,
         super_seeding, max_connections,
         (SELECT length(info) FROM info_dictionaries WHERE publication_id = p.id) AS info_length,
         (SELECT bad_pieces FROM verifications WHERE publication_id = p.id) AS bad_pieces,
         (SELECT json_group_array(length)
          FROM (SELECT length FROM files WHERE publication_id = p.id ORDER BY position)) AS lengths
       FROM publications p WHERE id = ? AND removed_at IS NULL`,
    ).get(id);
    if (!row) return null;
    return {
      infoHash: nullable(row, 'info_hash', bytes),
      infoHashV2: nullable(row, 'info_hash_v2', bytes),
      paddedSize: number(row, 'padded_size'),
      pieceLength: number(row, 'piece_length'),
      pieceCount: number(row, 'piece_count'),
      format: text(row, 'format') as PublicationRow['format'],
      private: number(row, 'private') === 1,
      superSeeding: number(row, 'super_seeding') === 1,
      maxConnections: nullable(row, 'max_connections', number),
      infoLength: number(row, 'info_length'),
      fileLengths: JSON.parse(text(row, 'lengths')) as number[],
      badPieces: nullable(row, 'bad_pieces', bytes),
    };
  }

  /** The bencoded info dictionary, byte for byte as it was hashed. */
  info(id: number): Uint8Array | null {
    const row = this.#statement('SELECT info FROM info_dictionaries WHERE publication_id = ?').get(
      id,
    );
    return row ? bytes(row, 'info') : null;
  }

  /** The piece layers of a publication (BEP 52), by the file's pieces root in hex. */
  pieceLayers(id: number): Map<string, Uint8Array> {
    const rows = this.#statement(
      'SELECT pieces_root, layer FROM piece_layers WHERE publication_id = ?',
    ).all(id);
    return pieceLayersOf(rows);
  }

  /** The piece layer below one pieces root; null when the publication has none. */
  pieceLayer(id: number, piecesRoot: Uint8Array): Uint8Array | null {
    const row = this.#statement(
      'SELECT layer FROM piece_layers WHERE publication_id = ? AND pieces_root = ?',
    ).get(id, piecesRoot);
    return row ? bytes(row, 'layer') : null;
  }

  /** The pieces that are not good, a bit each; null when all are, as far as is known. */
  badPieces(id: number): Uint8Array | null {
    const row = this.#statement(
      'SELECT bad_pieces FROM verifications WHERE publication_id = ?',
    ).get(id);
    return row ? nullable(row, 'bad_pieces', bytes) : null;
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
