/** A set of pieces as bytes: a bit each, the first one the highest of the first byte (BEP 3). */
export function packPieces(pieces: Iterable<number>, pieceCount: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pieceCount / 8));
  for (const piece of pieces) {
    if (piece >= pieceCount) throw new RangeError(`piece ${piece} of ${pieceCount}`);
    bits[piece >>> 3] = (bits[piece >>> 3] ?? 0) | (0x80 >> (piece & 7));
  }
  return bits;
}

/** The pieces of such a set, in order. */
export function unpackPieces(bits: Uint8Array): number[] {
  const pieces: number[] = [];
  for (const [index, byte] of bits.entries()) {
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) pieces.push(index * 8 + bit);
  }
  return pieces;
}
