/** So many peers are always looked through. */
const always = 4096;
/** In a second, of larger swarms: some milliseconds' work. */
const perSecond = 4_000_000;

/** How many peers may be looked at one by one, for what no index tells. */
export class LookBudget {
  #second = -1;
  /** How many were looked at in that second. */
  #spent = 0;

  /** Whether so many may be looked through in this second; if so, it is taken that they are. */
  take(peers: number, second: number): boolean {
    if (peers <= always) return true;
    if (second !== this.#second) {
      this.#second = second;
      this.#spent = 0;
    }
    if (this.#spent + peers > perSecond) return false;
    this.#spent += peers;
    return true;
  }
}
