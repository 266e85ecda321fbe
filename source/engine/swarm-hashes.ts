import type { LivePublication } from './publications.ts';

/**
 * The info hashes by which a publication is found, 40 hex digits each: that of v1, and that of v2
 * truncated, as swarms have it (BEP 52).
 */
export function swarmHashes({ row, infoHashHex }: LivePublication): string[] {
  const v2 = row.infoHashV2 && Buffer.from(row.infoHashV2).toString('hex').slice(0, 40);
  return v2 && v2 !== infoHashHex ? [infoHashHex, v2] : [infoHashHex];
}
