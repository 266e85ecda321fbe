import { type ChokerPeer, isTurnOver } from './choker-peer.ts';

/** There are as many slots whatever the rate: who knows of what use the next peer is. */
const fewest = 8;
/** How much faster, in bytes per second, peers must be for each more of them that there is. */
const stepRate = 2 * 1024;
/** One slot of so many is for finding out whether there can be more. */
const slotsPerTrial = 2;

/**
 * How many slots the line is worth: as many as there are peers that are sent enough, where enough
 * is the more the more of them there are; and some more, to see whether that is so of them, too.
 * So a fast line serves many at once, and a slow one few, but each of them well.
 */
export function slotsByRate(peers: Iterable<ChokerPeer>, now: number): number {
  const rates = Array.from(peers)
    .filter((peer) => !peer.choked && peer.interested && isTurnOver(peer, now))
    .map(({ uploadRate }) => uploadRate)
    .sort((a, b) => b - a);
  const tooSlow = rates.findIndex((rate, index) => rate < (index + 1) * stepRate);
  const fastEnough = tooSlow < 0 ? rates.length : tooSlow;
  return Math.max(fewest, fastEnough + Math.ceil(fastEnough / slotsPerTrial));
}
