import type { BinaryString } from './binary-string.ts';

/** What an announce tells of the traffic of a peer since its `started`, in bytes. */
export interface Traffic {
  uploaded: number;
  downloaded: number;
}

/** The traffic of one peer in one swarm as it was told last, so that only what is new is added. */
export interface PasskeySession extends Traffic {
  passkey: string;
  infoHash: BinaryString;
  peerId: BinaryString;
  /** Milliseconds since the epoch. */
  toldAt: number;
}

/** What is new since the last report: sums to be added by key, and sessions as they are now. */
export interface PasskeyReport {
  added: ({ passkey: string } & Traffic)[];
  sessions: PasskeySession[];
  /** Sessions that ended. */
  ended: Pick<PasskeySession, 'passkey' | 'infoHash' | 'peerId'>[];
}

/** A session of which nothing is heard for so long is over. */
const sessionLifetimeMs = 24 * 3_600_000;
/** Sessions of one key; more of its peers are served, but not accounted. */
const sessionsOfKey = 1_000;

interface Account {
  sessions: Map<string, PasskeySession>;
  added: Traffic;
}

/**
 * The keys that members announce with, and how much each member says to have uploaded and
 * downloaded. Totals are kept by whoever takes the reports.
 */
export class Passkeys {
  readonly #accounts = new Map<string, Account>();
  readonly #changed = new Set<PasskeySession>();
  #ended: PasskeyReport['ended'] = [];

  has(passkey: string): boolean {
    return this.#accounts.has(passkey);
  }

  /** From now on these are the keys there are, and no others. */
  set(passkeys: readonly string[]): void {
    const valid = new Set(passkeys);
    for (const known of this.#accounts.keys()) if (!valid.has(known)) this.#accounts.delete(known);
    for (const passkey of valid) {
      if (this.#accounts.has(passkey)) continue;
      this.#accounts.set(passkey, { sessions: new Map(), added: { uploaded: 0, downloaded: 0 } });
    }
  }

  /** Goes on from sessions that were reported before, of the keys there are. */
  restore(sessions: readonly PasskeySession[]): void {
    for (const session of sessions) {
      this.#accounts.get(session.passkey)?.sessions.set(idOf(session), session);
    }
  }

  /**
   * Takes in what a peer says of its traffic. A peer that is new and has not just started may have
   * told it before, to somebody: only what it adds to it counts. A sum that shrank is one that began
   * anew.
   */
  account(
    who: Pick<PasskeySession, 'passkey' | 'infoHash' | 'peerId'>,
    told: Traffic,
    event: 'started' | 'stopped' | null,
    now: number,
  ): void {
    const account = this.#accounts.get(who.passkey);
    if (!account) return;
    const id = idOf(who);
    const known = account.sessions.get(id);
    const before = known ?? (event === 'started' ? { uploaded: 0, downloaded: 0 } : told);
    account.added.uploaded += added(before.uploaded, told.uploaded);
    account.added.downloaded += added(before.downloaded, told.downloaded);
    if (event === 'stopped') {
      if (known) this.#end(account, known);
      return;
    }
    if (!known && account.sessions.size >= sessionsOfKey) return;
    const { uploaded, downloaded } = told;
    const session: PasskeySession = { ...who, uploaded, downloaded, toldAt: now };
    if (known) this.#changed.delete(known);
    account.sessions.set(id, session);
    this.#changed.add(session);
  }

  /** Forgets sessions that were silent for a day. Looks at all of them: for once an hour or so. */
  expire(now: number): void {
    for (const account of this.#accounts.values()) {
      for (const session of account.sessions.values()) {
        if (now - session.toldAt > sessionLifetimeMs) this.#end(account, session);
      }
    }
  }

  /** What is new since the last call; null when nothing is. */
  takeReport(): PasskeyReport | null {
    const report: PasskeyReport = { added: [], sessions: [...this.#changed], ended: this.#ended };
    for (const [passkey, account] of this.#accounts) {
      const { uploaded, downloaded } = account.added;
      if (uploaded + downloaded === 0) continue;
      report.added.push({ passkey, uploaded, downloaded });
      account.added = { uploaded: 0, downloaded: 0 };
    }
    this.#changed.clear();
    this.#ended = [];
    const isEmpty = report.added.length + report.sessions.length + report.ended.length === 0;
    return isEmpty ? null : report;
  }

  #end(account: Account, session: PasskeySession): void {
    const { passkey, infoHash, peerId } = session;
    account.sessions.delete(idOf(session));
    this.#changed.delete(session);
    this.#ended.push({ passkey, infoHash, peerId });
  }
}

function idOf({ infoHash, peerId }: Pick<PasskeySession, 'infoHash' | 'peerId'>): string {
  return infoHash + peerId;
}

function added(before: number, now: number): number {
  return now >= before ? now - before : now;
}
