import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { number, type SqlRow, text } from './rows.ts';

/** What was sent of a publication since it was last added; times since the epoch, sizes in bytes. */
export interface SentChange {
  id: number;
  payload: number;
  protocol: number;
  peers: readonly SentToAddress[];
  /** It is not in the catalog any more: only the sums over all are added to. */
  isGone?: boolean;
}

/** What was sent to the peers at one address. */
export interface SentToAddress {
  host: string;
  /** Name and version of the program that was there last. */
  client: string;
  payload: number;
  /** All else that went over the peer wire. */
  protocol: number;
  /** When something was sent. */
  at: number;
}

/** The same, over all the time that it is kept. */
export interface SentToAddressRow extends Omit<SentToAddress, 'at'> {
  firstAt: number;
  lastAt: number;
}

/** Bytes sent on one day. */
export interface SentOnDay {
  payload: number;
  protocol: number;
}

/** How many days it is known for what was sent on each. */
const daysKept = 400;

/** Of a publication, what was sent to so many addresses is kept: those that were sent something last. */
export const addressesKept = 50;

const dayMs = 24 * 60 * 60 * 1_000;

/** Stands for all publications together, those that are gone among them. */
const allPublications = 0;

/** What was sent, by day and by address, in the catalog's database; the caller has a transaction. */
export class SentTable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `at`: milliseconds since the epoch; what was sent is counted to that day. */
  add(changes: readonly SentChange[], at: number): void {
    const day = Math.floor(at / dayMs);
    const sum = { payload: 0, protocol: 0 };
    for (const { id, payload, protocol, peers, isGone } of changes) {
      sum.payload += payload;
      sum.protocol += protocol;
      if (isGone) continue;
      this.#addToDay(id, day, { payload, protocol });
      this.#addToAddresses(id, peers);
    }
    if (sum.payload === 0 && sum.protocol === 0) return;
    const isNewDay = !this.byDay(null, day).has(day);
    this.#addToDay(allPublications, day, sum);
    if (isNewDay) {
      this.#statement('DELETE FROM uploads_by_day WHERE day <= ?').run(day - daysKept);
    }
  }

  /**
   * What was sent by day, since a day: of one publication, or of all when `id` is null. Days are
   * counted from the epoch, in UTC; those without anything are left out.
   */
  byDay(id: number | null, sinceDay: number): Map<number, SentOnDay> {
    const rows = this.#statement(
      `SELECT day, uploaded, protocol FROM uploads_by_day
       WHERE publication_id = ? AND day >= ? ORDER BY day`,
    ).all(id ?? allPublications, sinceDay);
    return new Map(
      rows.map((row) => [
        number(row, 'day'),
        { payload: number(row, 'uploaded'), protocol: number(row, 'protocol') },
      ]),
    );
  }

  /** What was sent of a publication to the last `addressesKept` addresses, the latest first. */
  byAddress(id: number): SentToAddressRow[] {
    return this.#statement(
      'SELECT * FROM sent_to_addresses WHERE publication_id = ? ORDER BY last_at DESC, host',
    )
      .all(id)
      .map(rowOf);
  }

  /** Forgets what was sent of a publication; the sums over all keep it. */
  forget(id: number): void {
    this.#statement('DELETE FROM uploads_by_day WHERE publication_id = ?').run(id);
  }

  #addToDay(id: number, day: number, { payload, protocol }: SentOnDay): void {
    if (payload === 0 && protocol === 0) return;
    this.#statement(
      `INSERT INTO uploads_by_day (publication_id, day, uploaded, protocol) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET uploaded = uploaded + excluded.uploaded,
         protocol = protocol + excluded.protocol`,
    ).run(id, day, payload, protocol);
  }

  #addToAddresses(id: number, peers: readonly SentToAddress[]): void {
    if (peers.length === 0) return;
    const add = this.#statement(
      `INSERT INTO sent_to_addresses
         (publication_id, host, client, payload, protocol, first_at, last_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
       ON CONFLICT DO UPDATE SET client = excluded.client, payload = payload + excluded.payload,
         protocol = protocol + excluded.protocol, last_at = excluded.last_at`,
    );
    for (const { host, client, payload, protocol, at } of peers) {
      add.run(id, host, client, payload, protocol, at);
    }
    this.#statement(
      `DELETE FROM sent_to_addresses WHERE publication_id = ?1 AND host IN (
         SELECT host FROM sent_to_addresses WHERE publication_id = ?1
         ORDER BY last_at DESC, host LIMIT -1 OFFSET ?2)`,
    ).run(id, addressesKept);
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

function rowOf(row: SqlRow): SentToAddressRow {
  return {
    host: text(row, 'host'),
    client: text(row, 'client'),
    payload: number(row, 'payload'),
    protocol: number(row, 'protocol'),
    firstAt: number(row, 'first_at'),
    lastAt: number(row, 'last_at'),
  };
}
