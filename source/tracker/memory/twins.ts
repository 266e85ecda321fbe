import { flags } from './peer-facts.ts';
import { groups, roleOf } from './peer-groups.ts';
import type { PeerRuns } from './peer-runs.ts';
import { noRun } from './run-space.ts';
import type { SwarmExtras } from './swarm-extras.ts';
import { type Family, families, type SwarmTable } from './swarm-table.ts';

/**
 * Peers that are in a swarm with addresses of both families: known by their id and key, and counted
 * once. Each of two is the other's twin; the one that came later is marked, and not counted.
 *
 * What is asked here opens runs of the other family, and leaves those of the own one open.
 */
export class Twins {
  readonly #table: SwarmTable;
  /** By family. */
  readonly #runs: readonly [PeerRuns, PeerRuns];
  readonly #extras: SwarmExtras;

  constructor(table: SwarmTable, runs: readonly [PeerRuns, PeerRuns], extras: SwarmExtras) {
    this.#table = table;
    this.#runs = runs;
    this.#extras = extras;
  }

  /** Whether the peer of the id in `peerId` is in the swarm by the other family, and counted so. */
  has(swarm: number, family: Family, tag: number): boolean {
    const found = this.#find(swarm, family, tag, flags.twin, 0);
    if (found === null) return false;
    const others = this.#runs[otherThan(family)];
    return this.#isIdOf(family, others, found) && others.groupOf(found) !== groups.gone;
  }

  /** Whether its download was counted there. */
  isCounted(swarm: number, family: Family, tag: number): boolean {
    const found = this.#find(swarm, family, tag, flags.counted, flags.counted);
    return found !== null && this.#isIdOf(family, this.#runs[otherThan(family)], found);
  }

  /** Has the twin of a peer that leaves count by itself from now on. */
  dissolve(swarm: number, family: Family, tag: number): void {
    if (!this.#extras.has(swarm)) return;
    const found = this.#find(swarm, family, tag, flags.twin, flags.twin);
    if (found === null) return;
    const others = this.#runs[otherThan(family)];
    others.hear(found, others.heardAt(found), others.flagsOf(found) & ~flags.twin);
    this.count(swarm, others.groupOf(found), -1);
  }

  /** Counts one more that is marked, of a group; or, with -1, one less. */
  count(swarm: number, group: number, change: 1 | -1): void {
    const role = roleOf(group);
    if (role !== null) this.#extras.countTwin(swarm, role, change);
  }

  /** Its position there, if it has of the flags in `mask` those that are `wanted`, and no others. */
  #find(swarm: number, family: Family, tag: number, mask: number, wanted: number): number | null {
    const run = swarm < 0 ? noRun : this.#table.runOf(swarm, otherThan(family));
    if (tag === 0 || run === noRun) return null;
    const others = this.#runs[otherThan(family)];
    others.open(run);
    return others.findTag(tag, mask, wanted);
  }

  /** Whether who announces by a family has the id of one of the other family. */
  #isIdOf(family: Family, others: PeerRuns, position: number): boolean {
    others.peerId.set(this.#runs[family].peerId);
    return others.hasPeerId(position);
  }
}

function otherThan(family: Family): Family {
  return family === families.ipv4 ? families.ipv6 : families.ipv4;
}
