import { DueQueue } from '../trackers/due-queue.ts';

/** How often an info hash is announced, and the least time between two announces (BEP 14). */
const intervalMs = 5 * 60_000;
const leastMs = 60_000;

interface Turn {
  infoHash: string;
  dueAt: number;
  announcedAt: number;
}

/**
 * Which info hashes are to be announced next: each every five minutes, and sooner when somebody
 * near asks for it, but never twice in a minute.
 */
export class LsdTurns {
  readonly #turns = new Map<string, Turn>();
  readonly #queue = new DueQueue<Turn>();

  get size(): number {
    return this.#turns.size;
  }

  has(infoHash: string): boolean {
    return this.#turns.has(infoHash);
  }

  add(infoHash: string, now: number): void {
    if (this.#turns.has(infoHash)) return;
    const turn = { infoHash, dueAt: now, announcedAt: Number.NEGATIVE_INFINITY };
    this.#turns.set(infoHash, turn);
    this.#queue.add(turn, now);
  }

  remove(infoHash: string): void {
    this.#turns.delete(infoHash);
  }

  /** Somebody announced it who may not know that it can be had here. */
  asked(infoHash: string, now: number): void {
    const turn = this.#turns.get(infoHash);
    if (!turn) return;
    const dueAt = Math.max(now, turn.announcedAt + leastMs);
    if (dueAt >= turn.dueAt) return;
    turn.dueAt = dueAt;
    this.#queue.add(turn, dueAt);
  }

  /** Those that are due, at most so many; they count as announced at `now`. */
  take(now: number, most: number): string[] {
    const taken: string[] = [];
    while (taken.length < most) {
      const due = this.#queue.take(now);
      if (!due) break;
      const { item, at } = due;
      // it is gone, or was given an earlier time
      if (this.#turns.get(item.infoHash) !== item || item.dueAt !== at) continue;
      item.announcedAt = now;
      item.dueAt = now + intervalMs;
      this.#queue.add(item, item.dueAt);
      taken.push(item.infoHash);
    }
    return taken;
  }
}
