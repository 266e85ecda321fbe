import { infoHashHex } from './info-hash.ts';

interface MagnetParts {
  /** The v1 info hash, 20 bytes. */
  infoHash: Uint8Array;
  name: string;
  /** Announce URLs, the most important first. Magnet links know no tiers. */
  trackers: readonly string[];
  webSeeds?: readonly string[];
  /** Bytes. */
  size?: number;
}

/** The magnet link (BEP 9): `xt`, `dn`, `xl`, `tr`, and `ws` for web seeds (BEP 19). */
export function encodeMagnet(parts: MagnetParts): string {
  const { infoHash, name, trackers, webSeeds = [], size } = parts;
  const parameters = [
    // Clients look for the literal `urn:btih:`, so its colons stay as they are.
    `xt=urn:btih:${infoHashHex(infoHash)}`,
    `dn=${escapeParameter(name)}`,
  ];
  if (size !== undefined) parameters.push(`xl=${size}`);
  for (const tracker of trackers) parameters.push(`tr=${escapeParameter(tracker)}`);
  for (const webSeed of webSeeds) parameters.push(`ws=${escapeParameter(webSeed)}`);
  return `magnet:?${parameters.join('&')}`;
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
