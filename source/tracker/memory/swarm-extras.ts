import type { Role, SwarmCounts } from '../announce.ts';

interface Extras {
  guests: SwarmCounts;
  twins: Record<Role, number>;
}

/**
 * What is counted of swarms besides their peers: guests, who are held elsewhere; and twins, peers that
 * are there with addresses of both families, and are one too many. Only few swarms have any.
 */
export class SwarmExtras {
  readonly #bySwarm = new Map<number, Extras>();
  /** In all swarms. */
  guests = 0;
  twins = 0;

  has(swarm: number): boolean {
    return this.#bySwarm.has(swarm);
  }

  setGuests(swarm: number, guests: SwarmCounts): void {
    const extras = this.#of(swarm);
    this.guests += sizeOf(guests) - sizeOf(extras.guests);
    extras.guests = { ...guests };
    this.#dropNone(swarm, extras);
  }

  countTwin(swarm: number, role: Role, change: 1 | -1): void {
    const extras = this.#of(swarm);
    extras.twins[role] += change;
    this.twins += change;
    this.#dropNone(swarm, extras);
  }

  addTo(counts: SwarmCounts, swarm: number): void {
    if (this.#bySwarm.size === 0) return;
    const extras = this.#bySwarm.get(swarm);
    if (!extras) return;
    const { guests, twins } = extras;
    counts.seeds += guests.seeds - twins.seed;
    counts.leechers += guests.leechers - twins.downloader - twins.partialSeed;
    counts.partialSeeds += guests.partialSeeds - twins.partialSeed;
  }

  /** Forgets the guests of a swarm. */
  dropGuests(swarm: number): void {
    if (this.has(swarm)) this.setGuests(swarm, { seeds: 0, leechers: 0, partialSeeds: 0 });
  }

  #of(swarm: number): Extras {
    let extras = this.#bySwarm.get(swarm);
    if (!extras) {
      extras = {
        guests: { seeds: 0, leechers: 0, partialSeeds: 0 },
        twins: { seed: 0, downloader: 0, partialSeed: 0 },
      };
      this.#bySwarm.set(swarm, extras);
    }
    return extras;
  }

  #dropNone(swarm: number, { guests, twins }: Extras): void {
    const all = sizeOf(guests) + twins.seed + twins.downloader + twins.partialSeed;
    if (all === 0) this.#bySwarm.delete(swarm);
  }
}

function sizeOf({ seeds, leechers }: SwarmCounts): number {
  return seeds + leechers;
}
