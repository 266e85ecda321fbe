/** What a deck needs to find a peer in it at once; kept by the deck. */
export interface InDeck {
  position: number;
}

/**
 * Peers dealt like cards: every hand is random and has no peer twice, and all peers are dealt
 * before any is dealt again, so that nobody is left out and nobody is sent everybody. Adding,
 * removing and dealing one peer take constant time; the peers are shuffled in place, bit by bit.
 */
export class PeerDeck<Peer extends InDeck> {
  readonly #peers: Peer[] = [];
  /** Those before it were dealt since the last time around. */
  #next = 0;

  get size(): number {
    return this.#peers.length;
  }

  add(peer: Peer): void {
    this.#put(peer, this.#peers.length);
  }

  remove(peer: Peer): void {
    let hole = peer.position;
    // The gap is filled with one that was dealt too, if this one was, so that no other is skipped.
    const lastDealt = this.#peers[this.#next - 1];
    if (hole < this.#next && lastDealt !== undefined) {
      this.#put(lastDealt, hole);
      hole = --this.#next;
    }
    const last = this.#peers.pop();
    if (last !== undefined && hole < this.#peers.length) this.#put(last, hole);
  }

  /** Deals `count` different peers onto `hand`, or all there are. `random` gives 0 to below 1. */
  deal(count: number, random: () => number, hand: Peer[]): void {
    const total = Math.min(count, this.#peers.length);
    let end = this.#peers.length;
    for (let dealt = 0; dealt < total; dealt++) {
      if (this.#next >= this.#peers.length) {
        this.#next = 0;
        // What this hand already holds is at the end: it is not to be dealt into it again.
        end = this.#peers.length - dealt;
      }
      const chosen = this.#next + Math.floor(random() * (end - this.#next));
      const peer = this.#peers[chosen];
      const front = this.#peers[this.#next];
      if (peer === undefined || front === undefined) return;
      this.#put(front, chosen);
      this.#put(peer, this.#next);
      this.#next++;
      hand.push(peer);
    }
  }

  #put(peer: Peer, position: number): void {
    this.#peers[position] = peer;
    peer.position = position;
  }
}
