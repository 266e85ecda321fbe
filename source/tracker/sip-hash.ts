/** A key of 128 bits: four words, each of four of its bytes, the lowest first. */
export type SipKey = readonly [number, number, number, number];

export function sipKeyOf(secret: Uint8Array): SipKey {
  const bytes = Buffer.from(secret.buffer, secret.byteOffset, secret.length);
  return [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readInt32LE(8), bytes.readInt32LE(12)];
}

/**
 * SipHash-2-4 (Aumasson and Bernstein): a keyed hash that proves that who made it knew the key, for
 * messages as short as ours. It hashes the first `count` words, each of four bytes with the lowest
 * first, and gives the lower half of its 64 bits, signed.
 *
 * Numbers of 64 bits are pairs of 32: BigInt takes ten times as long, and a call into the crypto
 * library twenty times.
 */
export function sipHash(key: SipKey, words: Int32Array, count: number): number {
  const [k0, k1, k2, k3] = key;
  let v0 = k0 ^ 0x70736575;
  let v0h = k1 ^ 0x736f6d65;
  let v1 = k2 ^ 0x6e646f6d;
  let v1h = k3 ^ 0x646f7261;
  let v2 = k0 ^ 0x6e657261;
  let v2h = k1 ^ 0x6c796765;
  let v3 = k2 ^ 0x79746573;
  let v3h = k3 ^ 0x74656462;

  // The last block ends with the length of the message in bytes.
  const blocks = (count >> 1) + 1;
  for (let block = 0; block <= blocks; block++) {
    const isEnd = block === blocks;
    const isLast = block === blocks - 1;
    let low = 0;
    let high = 0;
    if (isEnd) {
      v2 ^= 0xff;
    } else {
      const at = block * 2;
      low = at < count ? (words[at] as number) : 0;
      high = isLast ? (count * 4) << 24 : (words[at + 1] as number);
      v3 ^= low;
      v3h ^= high;
    }
    for (let rounds = isEnd ? 4 : 2; rounds > 0; rounds--) {
      let sum = (v0 >>> 0) + (v1 >>> 0);
      v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0 = sum | 0;
      let turned = (v1 << 13) | (v1h >>> 19);
      v1h = ((v1h << 13) | (v1 >>> 19)) ^ v0h;
      v1 = turned ^ v0;
      turned = v0;
      v0 = v0h;
      v0h = turned;

      sum = (v2 >>> 0) + (v3 >>> 0);
      v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2 = sum | 0;
      turned = (v3 << 16) | (v3h >>> 16);
      v3h = ((v3h << 16) | (v3 >>> 16)) ^ v2h;
      v3 = turned ^ v2;

      sum = (v0 >>> 0) + (v3 >>> 0);
      v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0 = sum | 0;
      turned = (v3 << 21) | (v3h >>> 11);
      v3h = ((v3h << 21) | (v3 >>> 11)) ^ v0h;
      v3 = turned ^ v0;

      sum = (v2 >>> 0) + (v1 >>> 0);
      v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2 = sum | 0;
      turned = (v1 << 17) | (v1h >>> 15);
      v1h = ((v1h << 17) | (v1 >>> 15)) ^ v2h;
      v1 = turned ^ v2;
      turned = v2;
      v2 = v2h;
      v2h = turned;
    }
    v0 ^= low;
    v0h ^= high;
  }
  return v0 ^ v1 ^ v2 ^ v3;
}
