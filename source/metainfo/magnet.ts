import { infoHashHex } from './info-hash.ts';

/** The multihash prefix of a SHA-256 of 32 bytes, which v2 info hashes are written with. */
export const sha256Multihash = '1220';

interface MagnetParts {
  /** The v1 info hash, 20 bytes; null or with `infoHashV2` for v2. */
  infoHash: Uint8Array | null;
  /** The v2 info hash, 32 bytes. */
  infoHashV2?: Uint8Array | null;
  name?: string | null;
  /** Announce URLs, the most important first. Magnet links know no tiers. */
  trackers: readonly string[];
  webSeeds?: readonly string[];
  /** Bytes. */
  size?: number | null;
  /** Addresses of peers to ask first, `host:port`. */
  peers?: readonly string[];
  /** Ranges of file indexes, both ends with them, to download alone (BEP 53). */
  selected?: readonly FileRange[];
}

/** Indexes of files, from `first` to `last`, both with them. */
export interface FileRange {
  first: number;
  last: number;
}

/**
 * The magnet link (BEP 9): `xt` for each info hash (v2's as BEP 52 has it), `dn`, `xl`, `tr`, `ws`
 * for web seeds (BEP 19), `x.pe` for peers, `so` for files (BEP 53).
 */
export function encodeMagnet(parts: MagnetParts): string {
  const { infoHash, infoHashV2, name, trackers, webSeeds = [], peers = [], size } = parts;
  const parameters: string[] = [];
  // Clients look for the literal `urn:btih:`, so its colons stay as they are.
  if (infoHash) parameters.push(`xt=urn:btih:${infoHashHex(infoHash)}`);
  if (infoHashV2) parameters.push(`xt=urn:btmh:${sha256Multihash}${infoHashHex(infoHashV2)}`);
  if (name !== undefined && name !== null) parameters.push(`dn=${escapeParameter(name)}`);
  if (size !== undefined && size !== null) parameters.push(`xl=${size}`);
  for (const tracker of trackers) parameters.push(`tr=${escapeParameter(tracker)}`);
  for (const webSeed of webSeeds) parameters.push(`ws=${escapeParameter(webSeed)}`);
  for (const peer of peers) parameters.push(`x.pe=${escapeParameter(peer)}`);
  if (parts.selected?.length) parameters.push(`so=${parts.selected.map(fileRangeText).join(',')}`);
  return `magnet:?${parameters.join('&')}`;
}

/** `7`, or `4-6`. */
export function fileRangeText({ first, last }: FileRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/**
 * Escapes everything but RFC 3986's unreserved characters: a space becomes %20, since not every
 * client reads + as one, and quotes and brackets cannot end a link that is pasted somewhere.
 */
function escapeParameter(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
