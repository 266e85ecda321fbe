import type { Endpoint } from '../control/engine.ts';

/** How often a swarm with leechers is looked at for peers to connect to. */
const againMs = 120_000;
/** After its numbers have changed, as soon as this. */
const soonMs = 15_000;
/** How many swarms are looked at in a second. */
const maxPerTick = 20;
/** How many leechers of a swarm are told at one time. */
const wanted = 50;

interface SwarmPeersOptions {
  /** Where some leechers of our own tracker's swarm accept connections. */
  leechers(infoHash: string, wanted: number): Promise<Endpoint[]>;
  /** Told of them. */
  onPeers(infoHash: string, addresses: Endpoint[]): void;
  onFault(error: unknown): void;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
}

interface Swarm {
  dueAt: number;
  lookedAt: number;
}

/**
 * Takes the leechers that our own tracker knows to the seeder, so that those are served too who
 * do not connect to others.
 */
export class SwarmPeers {
  readonly #options: SwarmPeersOptions;
  /** By info hash: those that have leechers. */
  readonly #swarms = new Map<string, Swarm>();

  constructor(options: SwarmPeersOptions) {
    this.#options = options;
  }

  /** The numbers of a swarm are others than they were. */
  changed(infoHash: string, leechers: number): void {
    if (leechers === 0) {
      this.#swarms.delete(infoHash);
      return;
    }
    const now = this.#options.now();
    const swarm = this.#swarms.get(infoHash);
    if (swarm) swarm.dueAt = Math.min(swarm.dueAt, Math.max(now, swarm.lookedAt + soonMs));
    else this.#swarms.set(infoHash, { dueAt: now, lookedAt: Number.NEGATIVE_INFINITY });
  }

  /** Forgets all swarms: the tracker begins anew. */
  clear(): void {
    this.#swarms.clear();
  }

  /** To be called about once a second. */
  tick(): void {
    const now = this.#options.now();
    let looks = 0;
    for (const [infoHash, swarm] of this.#swarms) {
      if (swarm.dueAt > now) continue;
      if (++looks > maxPerTick) return;
      swarm.lookedAt = now;
      swarm.dueAt = now + againMs;
      void this.#look(infoHash);
    }
  }

  async #look(infoHash: string): Promise<void> {
    const { leechers, onPeers, onFault } = this.#options;
    try {
      const addresses = await leechers(infoHash, wanted);
      if (addresses.length > 0) onPeers(infoHash, addresses);
    } catch (error) {
      onFault(error);
    }
  }
}
