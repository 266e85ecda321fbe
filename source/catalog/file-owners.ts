import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { number, type SqlRow, text } from './rows.ts';

/** A publication that has a file. */
export interface FileOwner {
  id: number;
  /** It was removed, and can be taken back. */
  isShelved: boolean;
}

/** Tells which publications have a file, those that are shelved among them. */
export class FileOwners {
  readonly #ofPath: StatementSync;
  readonly #ofInodes: StatementSync;

  constructor(database: DatabaseSync) {
    const owners = `SELECT p.id, p.removed_at IS NOT NULL AS shelved, f.path
      FROM files f JOIN publications p ON p.id = f.publication_id`;
    const order = 'ORDER BY shelved, p.id';
    this.#ofPath = database.prepare(`${owners} WHERE f.path = ? ${order} LIMIT 1`);
    this.#ofInodes = database.prepare(
      `${owners} WHERE f.inode IN (SELECT value FROM json_each(?)) ${order}`,
    );
  }

  /** One that has the file at this absolute path, rather one that is not shelved. */
  ofPath(path: string): FileOwner | null {
    const row = this.#ofPath.get(path);
    return row ? ownerOf(row) : null;
  }

  /**
   * All that have a file known by one of these inodes, with its path; those that are not shelved
   * first. Goes through all files there are.
   */
  ofInodes(inodes: readonly string[]): (FileOwner & { path: string })[] {
    return this.#ofInodes
      .all(JSON.stringify(inodes))
      .map((row) => ({ ...ownerOf(row), path: text(row, 'path') }));
  }
}

function ownerOf(row: SqlRow): FileOwner {
  return { id: number(row, 'id'), isShelved: number(row, 'shelved') === 1 };
}
