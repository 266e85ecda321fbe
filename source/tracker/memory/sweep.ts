import type { PeerRuns } from './peer-runs.ts';
import { noRun } from './run-space.ts';
import { type Family, families, marks, type SwarmTable } from './swarm-table.ts';

/** In this time everybody is looked at once, if it is not too much at once. */
const roundMs = 30_000;
/** What may be done at once: about 2 ms of work. */
const mostEffort = 40_000;
const leastEffort = 4_000;
const effort = { swarm: 8, removal: 40 };

interface SweepOptions {
  table: SwarmTable;
  /** By family. */
  runs: readonly [PeerRuns, PeerRuns];
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
}

/** Removes the peer at a position of the open run, if it has been silent for too long. */
type RemoveSilent = (swarm: number, family: Family, position: number) => boolean;

/** Goes round all peers, some of them at each call. */
export class Sweep {
  readonly #table: SwarmTable;
  readonly #runs: SweepOptions['runs'];
  readonly #now: () => number;
  #sweptAt: number;
  // where it is; of the peers of a run it was at this one, of so many, or is at none yet
  #swarm = 0;
  #family: Family = families.ipv4;
  #peer: number | null = null;

  constructor({ table, runs, now }: SweepOptions) {
    this.#table = table;
    this.#runs = runs;
    this.#now = now;
    this.#sweptAt = now();
  }

  /** Goes on; `onRemoved` is told of swarms of which some were removed. */
  sweep(removeSilent: RemoveSilent, onRemoved: (swarm: number) => void): void {
    const now = this.#now();
    const [runs, runs6] = this.#runs;
    const { end } = this.#table;
    const all = runs.total + runs6.total + effort.swarm * 2 * end;
    const share = (all * (now - this.#sweptAt)) / roundMs;
    let left = Math.min(mostEffort, Math.max(leastEffort, share));
    this.#sweptAt = now;
    // not further than around once
    for (let steps = 2 * end + 1; steps > 0 && left > 0; steps--) {
      left -= this.#sweepRun(left, removeSilent, onRemoved);
    }
  }

  /** Looks at the peers of one family of one swarm, as far as it may; returns the effort it took. */
  #sweepRun(most: number, removeSilent: RemoveSilent, onRemoved: (swarm: number) => void): number {
    const table = this.#table;
    if (this.#swarm >= table.end) this.#swarm = 0;
    const swarm = this.#swarm;
    const family = this.#family;
    let spent = effort.swarm;
    const isSwarm = swarm < table.end && table.is(marks.used, swarm);
    const run = isSwarm ? table.runOf(swarm, family) : noRun;
    if (run !== noRun) {
      const runs = this.#runs[family];
      runs.open(run);
      const last = runs.count - 1;
      let peer = Math.min(this.#peer ?? last, last);
      let hasRemoved = false;
      // Backwards: what takes the place of one that is removed stands further from the middle.
      for (; peer >= 0 && spent < most; peer--) {
        spent++;
        if (!removeSilent(swarm, family, runs.positionOf(peer))) continue;
        hasRemoved = true;
        spent += effort.removal;
      }
      if (hasRemoved) onRemoved(swarm);
      if (peer >= 0) {
        this.#peer = peer;
        return spent;
      }
    }
    this.#peer = null;
    this.#family = family === families.ipv4 ? families.ipv6 : families.ipv4;
    if (family === families.ipv6) this.#swarm++;
    return spent;
  }
}
