import type { DatabaseSync } from 'node:sqlite';
import { number, type SqlRow, text } from './rows.ts';

/** A member of the tracker: who may announce private publications. */
export interface PasskeyRow {
  passkey: string;
  /** Unique among those that were not removed. */
  name: string;
  createdAt: number;
  /** Bytes, as the member's clients say. */
  uploaded: number;
  downloaded: number;
}

/** What one client of a member said last of its traffic in one swarm; hashes and ids as bytes. */
export interface PasskeySessionRow {
  passkey: string;
  infoHash: Uint8Array;
  peerId: Uint8Array;
  uploaded: number;
  downloaded: number;
  toldAt: number;
}

/** What is new of the members' traffic. */
export interface PasskeyTraffic {
  added: { passkey: string; uploaded: number; downloaded: number }[];
  sessions: PasskeySessionRow[];
  ended: Pick<PasskeySessionRow, 'passkey' | 'infoHash' | 'peerId'>[];
}

/** The members' keys and what they account for, in the catalog's database. */
export class PasskeyTable {
  readonly #database: DatabaseSync;
  readonly #transaction: <T>(work: () => T) => T;

  constructor(database: DatabaseSync, transaction: <T>(work: () => T) => T) {
    this.#database = database;
    this.#transaction = transaction;
  }

  /** All keys, the oldest first. */
  all(): PasskeyRow[] {
    return this.#database
      .prepare('SELECT * FROM passkeys ORDER BY created_at, name')
      .all()
      .map(passkeyOf);
  }

  /** Adds a key. Neither key nor name may be there already. */
  add({ passkey, name, createdAt }: Pick<PasskeyRow, 'passkey' | 'name' | 'createdAt'>): void {
    this.#database
      .prepare('INSERT INTO passkeys (passkey, name, created_at) VALUES (?, ?, ?)')
      .run(passkey, name, createdAt);
  }

  /** Removes a key and what it accounted for. */
  remove(passkey: string): void {
    this.#database.prepare('DELETE FROM passkeys WHERE passkey = ?').run(passkey);
  }

  sessions(): PasskeySessionRow[] {
    return this.#database
      .prepare('SELECT * FROM passkey_sessions')
      .all()
      .map((row) => ({
        passkey: text(row, 'passkey'),
        infoHash: row['info_hash'] as Uint8Array,
        peerId: row['peer_id'] as Uint8Array,
        uploaded: number(row, 'uploaded'),
        downloaded: number(row, 'downloaded'),
        toldAt: number(row, 'told_at'),
      }));
  }

  /** Adds to the totals of keys, and notes where their sessions are, all at once. */
  account({ added, sessions, ended }: PasskeyTraffic): void {
    this.#transaction(() => {
      const add = this.#database.prepare(
        `UPDATE passkeys SET uploaded = min(uploaded + ?, ${Number.MAX_SAFE_INTEGER}),
           downloaded = min(downloaded + ?, ${Number.MAX_SAFE_INTEGER}) WHERE passkey = ?`,
      );
      for (const { passkey, uploaded, downloaded } of added) {
        add.run(uploaded, downloaded, passkey);
      }
      // of keys that are still there
      const keep = this.#database.prepare(
        `INSERT OR REPLACE INTO passkey_sessions
           (passkey, info_hash, peer_id, uploaded, downloaded, told_at)
         SELECT passkey, ?, ?, ?, ?, ? FROM passkeys WHERE passkey = ?`,
      );
      for (const one of sessions) {
        keep.run(one.infoHash, one.peerId, one.uploaded, one.downloaded, one.toldAt, one.passkey);
      }
      const end = this.#database.prepare(
        'DELETE FROM passkey_sessions WHERE passkey = ? AND info_hash = ? AND peer_id = ?',
      );
      for (const { passkey, infoHash, peerId } of ended) end.run(passkey, infoHash, peerId);
    });
  }
}

function passkeyOf(row: SqlRow): PasskeyRow {
  return {
    passkey: text(row, 'passkey'),
    name: text(row, 'name'),
    createdAt: number(row, 'created_at'),
    uploaded: number(row, 'uploaded'),
    downloaded: number(row, 'downloaded'),
  };
}
