import type { StandaloneTracker } from '../../helpers/standalone-tracker.ts';
import { floodWithHashes } from './hash-flood.ts';
import { announceByHttp, memoryOf } from './soak.ts';

const honest = 'an honest swarm'.padEnd(20, '.');
const honestFrom = '127.0.0.99';
const floodFrom = '127.0.0.66';

/**
 * Floods a tracker with so many announces of random info hashes from one address, and has honest
 * peers come to one swarm meanwhile, each of which must be told of one that was there before.
 */
export async function floodTracker(tracker: StandaloneTracker, announces: number) {
  let port = 1;
  await announceByHttp(tracker, honest, port, honestFrom);
  const before = await memoryOf(tracker);
  const began = performance.now();
  const answered = await floodWithHashes({
    ...{ udpPort: tracker.udpPort, from: floodFrom, announces },
    async meanwhile() {
      port += 2;
      const peers = (await announceByHttp(tracker, honest, port, honestFrom)).get('peers');
      if (!(peers instanceof Uint8Array) || peers.length !== 6 * ((port - 1) / 2)) {
        throw new Error('an honest peer was not told of those before it');
      }
    },
  });
  const seconds = (performance.now() - began) / 1000;
  return {
    answered,
    seconds,
    before,
    after: await memoryOf(tracker),
    facts: await tracker.facts(),
  };
}
