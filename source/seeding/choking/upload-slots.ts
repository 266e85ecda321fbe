import type { PublicationPeer } from '../live-publication.ts';
import { antiLeech } from './anti-leech.ts';
import { rotationsPerSecond } from './decide-slots.ts';
import { fastest } from './fastest.ts';
import { roundRobin } from './round-robin.ts';
import { slotsByRate } from './slots-by-rate.ts';

const algorithms = { 'round-robin': roundRobin, fastest, 'anti-leech': antiLeech } as const;

export interface SlotSettings {
  /** How many peers are sent data at one time, over all publications; 0 for what the line is worth. */
  uploadSlots: number;
  /** Who gets the slots while more peers want one than there are. */
  choking: keyof typeof algorithms;
}

/** Chokes and unchokes all peers, as the choking algorithm decides. */
export class UploadSlots {
  readonly #peers: () => Iterable<PublicationPeer>;
  readonly #now: () => number;
  #settings: SlotSettings;
  #slots = 0;
  #isChanging = false;

  /** `now`: milliseconds, on a clock that never goes back. */
  constructor(settings: SlotSettings, peers: () => Iterable<PublicationPeer>, now: () => number) {
    this.#peers = peers;
    this.#now = now;
    this.#settings = settings;
    this.set(settings);
  }

  /** Goes on by these settings; peers that have too many slots then lose them after their turns. */
  set(settings: SlotSettings): void {
    this.#settings = settings;
    this.#slots = settings.uploadSlots || slotsByRate(this.#peers(), this.#now());
    this.fillSoon();
  }

  /** To be called once a second: turns may end. */
  tick(): void {
    if (this.#settings.uploadSlots === 0) this.#slots = slotsByRate(this.#peers(), this.#now());
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
    const decide = algorithms[this.#settings.choking];
    const round = { slots: this.#slots, now: this.#now(), rotations };
    const { choke, earned, optimistic } = decide(this.#peers(), round);
    for (const peer of choke) peer.choke();
    for (const peer of earned) peer.giveSlot(false);
    for (const peer of optimistic) peer.giveSlot(true);
  }
}
