import type { StandaloneTracker } from '../../helpers/standalone-tracker.ts';
import { floodHttpWithHashes, floodWithHashes } from './hash-flood.ts';
import { announceByHttp, announceByUdp, memoryOf } from './soak.ts';

const honest = 'an honest swarm'.padEnd(20, '.');
const honestFrom = '127.0.0.99';
const floodFrom = '127.0.0.66';

/** Has honest peers come to one swarm, each of which must be told of all that were there before. */
export class HonestSwarm {
  readonly #tracker: StandaloneTracker;
  #size = 0;

  constructor(tracker: StandaloneTracker) {
    this.#tracker = tracker;
  }

  /** How many peers have come. */
  get size(): number {
    return this.#size;
  }

  /** Has another peer come, every second one over UDP. */
  async grow(): Promise<void> {
    // each has something left
    const port = 1 + 2 * this.#size;
    const told =
      this.#size % 2 === 0
        ? (await announceByHttp(this.#tracker, honest, port, honestFrom)).get('peers')
        : (await announceByUdp(this.#tracker, honest, port, honestFrom)).subarray(20);
    if (!(told instanceof Uint8Array) || told.length !== 6 * this.#size) {
      throw new Error('an honest peer was not told of those before it');
    }
    this.#size++;
  }
}

/**
 * Floods a tracker with so many announces of random info hashes from one address, some of them over
 * HTTP, and has honest peers come meanwhile.
 */
export async function floodTracker(
  tracker: StandaloneTracker,
  announces: { udp: number; http: number },
) {
  const swarm = new HonestSwarm(tracker);
  await swarm.grow();
  const before = await memoryOf(tracker);
  const began = performance.now();
  const [byUdp, byHttp] = await Promise.all([
    floodWithHashes({
      ...{ udpPort: tracker.udpPort, from: floodFrom, announces: announces.udp },
      meanwhile: () => swarm.grow(),
    }),
    floodHttpWithHashes({ httpPort: tracker.httpPort, from: floodFrom, announces: announces.http }),
  ]);
  const seconds = (performance.now() - began) / 1000;
  return {
    ...{ answered: byUdp + byHttp, seconds, before, honest: swarm.size },
    after: await memoryOf(tracker),
    facts: await tracker.facts(),
  };
}
