import type { BinaryString } from '../binary-string.ts';
import { marks, type SwarmTable } from './swarm-table.ts';

/** Which swarms' counts changed since somebody was told. */
export class ChangedSwarms {
  readonly #table: SwarmTable;
  /** Their numbers; those not marked so any more are of swarms that are gone. */
  #swarms: number[] = [];
  /** Which of them is taken next. */
  #next = 0;
  /** Those that are gone. */
  readonly #gone = new Set<BinaryString>();

  constructor(table: SwarmTable) {
    this.#table = table;
  }

  note(swarm: number): void {
    if (this.#table.is(marks.changed, swarm)) return;
    this.#table.mark(swarm, marks.changed);
    this.#swarms.push(swarm);
  }

  /** To be told of a swarm before it is removed for having nobody. */
  ends(swarm: number): void {
    if (this.#table.is(marks.changed, swarm)) this.#gone.add(this.#table.infoHashOf(swarm));
  }

  /** So many info hashes of them, at most, which are not given again until they change again. */
  take(most: number): BinaryString[] {
    const taken: BinaryString[] = [];
    for (const infoHash of this.#gone) {
      if (taken.length === most) return taken;
      taken.push(infoHash);
      this.#gone.delete(infoHash);
    }
    while (taken.length < most) {
      const swarm = this.#swarms[this.#next++];
      if (swarm === undefined) {
        this.#swarms = [];
        this.#next = 0;
        return taken;
      }
      if (!this.#table.is(marks.changed, swarm)) continue;
      this.#table.unmark(swarm, marks.changed);
      taken.push(this.#table.infoHashOf(swarm));
    }
    return taken;
  }
}
