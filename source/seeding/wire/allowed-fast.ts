import { createHash } from 'node:crypto';
import { addressBytes } from './compact-address.ts';

/** What of an address decides, bytes: a network's peers get the same pieces, however many they are. */
const networkLengths = { 4: 3, 16: 8 } as const;

/**
 * The pieces that a peer at an address may be given while it is choked, as BEP 6 draws them. Of IPv6
 * addresses, which it does not speak of, the /64 network stands in for the /24 one.
 */
export function allowedFastPieces(
  infoHash: Uint8Array,
  host: string,
  pieceCount: number,
  count: number,
): number[] {
  if (pieceCount <= count) return Array.from({ length: pieceCount }, (_, piece) => piece);
  const network = Buffer.from(addressBytes(host));
  network.fill(0, networkLengths[network.length === 4 ? 4 : 16]);
  const pieces = new Set<number>();
  let seed: Buffer = Buffer.concat([network, infoHash]);
  while (pieces.size < count) {
    seed = createHash('sha1').update(seed).digest();
    for (let at = 0; at < seed.length && pieces.size < count; at += 4) {
      pieces.add(seed.readUInt32BE(at) % pieceCount);
    }
  }
  return [...pieces];
}
