import { isIP } from 'node:net';

/** Who says what our address is, the most believable last. */
const weights = { peer: 1, tracker: 2, 'port-mapping': 100 } as const;

export type AddressSource = keyof typeof weights;

interface Vote {
  address: string;
  family: number;
  weight: number;
}

/** How many that say so are remembered of each kind, so that a crowd of one does not oust others. */
const maxReporters = 200;

/**
 * The addresses that the world sees this machine at, as those outside tell it. Each who tells has
 * one vote, and may change it: one liar changes nothing where others tell the truth.
 */
export class ExternalAddresses {
  /** What each one said last, by source, then by family and name, the oldest first. */
  readonly #votes = {
    peer: new Map<string, Vote>(),
    tracker: new Map<string, Vote>(),
    'port-mapping': new Map<string, Vote>(),
  } satisfies Record<AddressSource, Map<string, Vote>>;

  /** @param reporter whoever says so, such as a tracker's host */
  note(address: string, source: AddressSource, reporter: string): void {
    const family = isIP(address);
    if (family === 0 || isNobodys(address)) return;
    const key = `${family} ${reporter}`;
    const votes = this.#votes[source];
    votes.delete(key);
    votes.set(key, { address, family, weight: weights[source] });
    if (votes.size <= maxReporters) return;
    const [oldest] = votes.keys();
    if (oldest !== undefined) votes.delete(oldest);
  }

  /** The address of a family that has most votes; null while nobody has said anything. */
  best(family: 4 | 6): string | null {
    const sums = new Map<string, number>();
    for (const vote of Object.values(this.#votes).flatMap((votes) => [...votes.values()])) {
      if (vote.family !== family) continue;
      sums.set(vote.address, (sums.get(vote.address) ?? 0) + vote.weight);
    }
    let best: string | null = null;
    for (const [address, sum] of sums) {
      if (best === null || sum > (sums.get(best) ?? 0)) best = address;
    }
    return best;
  }
}

/** Loopback, link-local, multicast and unspecified addresses, and private ones: not the world's. */
function isNobodys(address: string): boolean {
  if (address.includes(':')) return !/^[23]/.test(address);
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    first >= 224 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168)
  );
}
