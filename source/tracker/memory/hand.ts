import { PeerList } from '../peer-list.ts';
import type { Announcement } from '../swarm-store.ts';
import { endOfUse, startOfUse } from './peer-groups.ts';
import type { PeerRuns } from './peer-runs.ts';
import { RandomStretches } from './random-stretches.ts';
import { families, type SwarmTable } from './swarm-table.ts';

/** The peers that somebody is told: chosen at random of those of use to it, which stand together. */
export class Hand {
  readonly peers: PeerList;
  readonly peers6: PeerList;
  readonly #table: SwarmTable;
  /** By family. */
  readonly #runs: readonly [PeerRuns, PeerRuns];
  readonly #random: () => number;
  readonly #stretches: RandomStretches;

  /** `random` gives 0 to below 1. */
  constructor(table: SwarmTable, runs: readonly [PeerRuns, PeerRuns], random: () => number) {
    this.#table = table;
    this.#runs = runs;
    this.#random = random;
    this.#stretches = new RandomStretches(random);
    this.peers = new PeerList(6, (position) => runs[families.ipv4].peerIdOf(position));
    this.peers6 = new PeerList(18, (position) => runs[families.ipv6].peerIdOf(position));
  }

  /**
   * Chooses for who announces, and is at the position `self` (null for nowhere) of the run of its own
   * family, which is open; of no swarm (-1) nobody.
   */
  choose(
    { want, address, role, families: which }: Announcement,
    isNear: boolean,
    swarm: number,
    self: number | null,
  ): void {
    const { peers, peers6 } = this;
    peers.clear();
    peers6.clear();
    if (want <= 0 || swarm < 0) return;
    const [runs, runs6] = this.#runs;
    const isIpv4 = address.length === 4;
    const isLeeching = role === 'downloader';
    if (which === 'own') {
      if (isIpv4) this.#fill(peers, runs, isLeeching, isNear, self, want);
      else this.#fill(peers6, runs6, isLeeching, isNear, self, want);
      return;
    }
    runs.open(this.#table.runOf(swarm, families.ipv4));
    runs6.open(this.#table.runOf(swarm, families.ipv6));
    const self4 = isIpv4 ? self : null;
    const self6 = isIpv4 ? null : self;
    const useful = usefulIn(runs, isLeeching, isNear, self4);
    const useful6 = usefulIn(runs6, isLeeching, isNear, self6);
    // In the proportion they are there, rounded at random so that a few get their turn.
    const share = Math.floor((want * useful) / (useful + useful6 || 1) + this.#random());
    const count = Math.min(useful, Math.max(share, want - useful6));
    this.#fill(peers, runs, isLeeching, isNear, self4, count);
    this.#fill(peers6, runs6, isLeeching, isNear, self6, want - count);
  }

  #fill(
    list: PeerList,
    runs: PeerRuns,
    isLeeching: boolean,
    isNear: boolean,
    self: number | null,
    want: number,
  ): void {
    const start = startOfUse(runs, isLeeching, isNear);
    const end = endOfUse(runs, isNear);
    list.reserve(Math.min(want, end - start));
    list.count = this.#stretches.choose(start, end, self, want);
    runs.copyStretches(this.#stretches, list.words, list.positions);
  }
}

/** How many of the open run are of use to who asks, and is at the position `self`. */
function usefulIn(
  runs: PeerRuns,
  isLeeching: boolean,
  isNear: boolean,
  self: number | null,
): number {
  const start = startOfUse(runs, isLeeching, isNear);
  const end = endOfUse(runs, isNear);
  const isAmong = self !== null && self >= start && self < end;
  return end - start - (isAmong ? 1 : 0);
}
