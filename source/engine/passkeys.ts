import { randomBytes } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { PasskeyRow } from '../catalog/passkey-table.ts';
import { EverseedError } from '../errors.ts';
import type { PasskeyReport, PasskeySession, Traffic } from '../tracker/passkeys.ts';

const passkeyBytes = 16;
const longestName = 100;

/**
 * The members of the tracker: their keys, and what each uploaded and downloaded. What the tracker
 * reports is kept in memory until `save` has it on disk.
 */
export class Passkeys {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #rows = new Map<string, PasskeyRow>();
  readonly #added = new Map<string, Traffic>();
  readonly #sessions = new Map<string, PasskeySession>();
  readonly #ended = new Map<string, PasskeyReport['ended'][number]>();

  constructor(catalog: Catalog, now: () => number) {
    this.#catalog = catalog;
    this.#now = now;
    for (const row of catalog.passkeys.all()) this.#rows.set(row.passkey, row);
  }

  /** All of them, the oldest first. */
  get list(): PasskeyRow[] {
    return [...this.#rows.values()];
  }

  /** Makes a key for somebody; throws `passkey-exists` when the name has one. */
  add(name: string): PasskeyRow {
    if (name.trim() === '' || name.length > longestName) {
      throw new EverseedError('name-invalid', `a name has 1 to ${longestName} characters`);
    }
    if (this.list.some((row) => row.name === name)) {
      throw new EverseedError('passkey-exists', `${name} has a passkey already`);
    }
    const passkey = randomBytes(passkeyBytes).toString('hex');
    const row = { passkey, name, createdAt: this.#now(), uploaded: 0, downloaded: 0 };
    this.#catalog.passkeys.add(row);
    this.#rows.set(passkey, row);
    return row;
  }

  /** The key of a name, or the key itself; throws `passkey-unknown`. */
  find(nameOrKey: string): PasskeyRow {
    const row = this.list.find(({ name }) => name === nameOrKey) ?? this.#rows.get(nameOrKey);
    if (row) return row;
    throw new EverseedError(
      'passkey-unknown',
      `there is no passkey of ${nameOrKey}: list them with: everseed tracker keys ls`,
    );
  }

  /** Removes the key of a name, or the key itself; throws `passkey-unknown`. */
  remove(nameOrKey: string): PasskeyRow {
    const row = this.find(nameOrKey);
    this.#catalog.passkeys.remove(row.passkey);
    this.#rows.delete(row.passkey);
    this.#added.delete(row.passkey);
    return row;
  }

  /** Where the tracker goes on accounting, as it was reported. */
  sessions(): PasskeySession[] {
    const sessions = new Map<string, PasskeySession>();
    for (const row of this.#catalog.passkeys.sessions()) {
      const infoHash = Buffer.from(row.infoHash).toString('latin1');
      const peerId = Buffer.from(row.peerId).toString('latin1');
      const session = { ...row, infoHash, peerId };
      sessions.set(idOf(session), session);
    }
    // what is not on disk yet
    for (const id of this.#ended.keys()) sessions.delete(id);
    for (const [id, session] of this.#sessions) sessions.set(id, session);
    return [...sessions.values()];
  }

  /** Takes in what the tracker reports. */
  account({ added, sessions, ended }: PasskeyReport): void {
    for (const { passkey, uploaded, downloaded } of added) {
      const row = this.#rows.get(passkey);
      if (!row) continue;
      row.uploaded += uploaded;
      row.downloaded += downloaded;
      const before = this.#added.get(passkey) ?? { uploaded: 0, downloaded: 0 };
      this.#added.set(passkey, {
        uploaded: before.uploaded + uploaded,
        downloaded: before.downloaded + downloaded,
      });
    }
    for (const one of ended) {
      this.#sessions.delete(idOf(one));
      this.#ended.set(idOf(one), one);
    }
    for (const session of sessions) {
      this.#ended.delete(idOf(session));
      this.#sessions.set(idOf(session), session);
    }
  }

  /** Has on disk what was reported. When that fails, it is kept for the next time. */
  save(): void {
    if (this.#added.size + this.#sessions.size + this.#ended.size === 0) return;
    this.#catalog.passkeys.account({
      added: Array.from(this.#added, ([passkey, traffic]) => ({ passkey, ...traffic })),
      sessions: Array.from(this.#sessions.values(), asRow),
      ended: Array.from(this.#ended.values(), asRow),
    });
    this.#added.clear();
    this.#sessions.clear();
    this.#ended.clear();
  }
}

function idOf({ passkey, infoHash, peerId }: PasskeyReport['ended'][number]): string {
  return passkey + infoHash + peerId;
}

/** With the bytes as the catalog has them. */
function asRow<Row extends { infoHash: string; peerId: string }>(row: Row) {
  return {
    ...row,
    infoHash: Buffer.from(row.infoHash, 'latin1'),
    peerId: Buffer.from(row.peerId, 'latin1'),
  };
}
