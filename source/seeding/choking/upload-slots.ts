import type { PublicationPeer } from '../live-publication.ts';
import { decideSlots, rotationsPerSecond } from './round-robin.ts';

/** Chokes and unchokes all peers, as the choking algorithm decides. */
export class UploadSlots {
  readonly #slots: number;
  readonly #peers: () => Iterable<PublicationPeer>;
  readonly #now: () => number;
  #isChanging = false;

  /** `slots`: how many peers are unchoked at most. `now`: milliseconds, never going back. */
  constructor(slots: number, peers: () => Iterable<PublicationPeer>, now: () => number) {
    this.#slots = slots;
    this.#peers = peers;
    this.#now = now;
  }

  /** To be called once a second: turns may end. */
  tick(): void {
    this.#change(rotationsPerSecond(this.#slots));
  }

  /**
   * Somebody became interested, or a slot is free: gives out free slots, once for everything that
   * happens in this turn of the event loop.
   */
  fillSoon(): void {
    if (this.#isChanging) return;
    this.#isChanging = true;
    setImmediate(() => {
      this.#isChanging = false;
      this.#change(0);
    });
  }

  #change(rotations: number): void {
    const { choke, unchoke } = decideSlots(this.#peers(), this.#slots, this.#now(), rotations);
    for (const peer of choke) peer.setChoked(true);
    for (const peer of unchoke) peer.setChoked(false);
  }
}
