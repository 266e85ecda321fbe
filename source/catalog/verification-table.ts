import type { DatabaseSync } from 'node:sqlite';
import { packPieces, unpackPieces } from './piece-bits.ts';
import { bytes, type FileRow, number, type SqlRow } from './rows.ts';

/** What is known of the pieces of a publication since its content was last compared with them. */
export interface VerificationRow {
  /** Milliseconds since the epoch. */
  verifiedAt: number;
  /** How many pieces are not good, of how many. */
  badPieces: number;
  pieces: number;
}

/** What comparing came to. */
export interface VerificationChange {
  verifiedAt: number;
  /** All pieces that are not good, by index. */
  badPieces: readonly number[];
  /** The files that are known to look otherwise now, by their place. */
  files: ReadonlyMap<number, FileRow>;
}

/** What verifying found, of publications that were ever verified. */
export class VerificationTable {
  readonly #database: DatabaseSync;
  readonly #transaction: <T>(work: () => T) => T;

  constructor(database: DatabaseSync, transaction: <T>(work: () => T) => T) {
    this.#database = database;
    this.#transaction = transaction;
  }

  /** By the ids of the publications. */
  all(): Map<number, VerificationRow> {
    const rows = this.#database.prepare(`${selectRow}`).all();
    return new Map(rows.map((row) => [number(row, 'publication_id'), verificationOf(row)]));
  }

  of(id: number): VerificationRow | null {
    const row = this.#database.prepare(`${selectRow} WHERE v.publication_id = ?`).get(id);
    return row ? verificationOf(row) : null;
  }

  /** The pieces of a publication that are not good, by index; none when it was never verified. */
  badPieces(id: number): number[] {
    const row = this.#database
      .prepare('SELECT bad_pieces FROM verifications WHERE publication_id = ?')
      .get(id);
    return row?.['bad_pieces'] == null ? [] : unpackPieces(bytes(row, 'bad_pieces'));
  }

  /** Notes, in a transaction that is under way, which pieces of a publication are not good. */
  insert(
    id: number,
    facts: { verifiedAt: number; badPieces: readonly number[]; pieceCount: number },
  ): void {
    const { verifiedAt, badPieces, pieceCount } = facts;
    const bits = badPieces.length > 0 ? packPieces(badPieces, pieceCount) : null;
    this.#database
      .prepare('INSERT OR REPLACE INTO verifications VALUES (?, ?, ?, ?)')
      .run(id, verifiedAt, badPieces.length, bits);
  }

  /** Notes what comparing the content of a publication came to, all of it at once. */
  note(id: number, { verifiedAt, badPieces, files }: VerificationChange): void {
    this.#transaction(() => {
      const row = this.#database
        .prepare('SELECT piece_count FROM publications WHERE id = ?')
        .get(id);
      this.insert(id, { verifiedAt, badPieces, pieceCount: number(row ?? {}, 'piece_count') });
      const update = this.#database.prepare(
        `UPDATE files SET modified_ms = ?, on_disk = ?, inode = ?
         WHERE publication_id = ? AND position = ?`,
      );
      for (const [position, { modifiedMs, onDisk, inode }] of files) {
        update.run(modifiedMs, onDisk ?? null, inode ?? null, id, position);
      }
    });
  }
}

const selectRow = `SELECT v.publication_id, v.verified_at, v.bad_count, p.piece_count
  FROM verifications v JOIN publications p ON p.id = v.publication_id`;

function verificationOf(row: SqlRow): VerificationRow {
  return {
    verifiedAt: number(row, 'verified_at'),
    badPieces: number(row, 'bad_count'),
    pieces: number(row, 'piece_count'),
  };
}
