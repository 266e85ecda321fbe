import type { PeerAddress } from '../found-peers.ts';

/** How many bytes an address of a family takes, as in `peers` (BEP 23) and `peers6` (BEP 7). */
const addressLength = { 4: 4, 6: 16 } as const;

export type IpFamily = keyof typeof addressLength;

/**
 * Reads addresses and ports in compact form, at most `most` of them. Port 0 is nobody's, and left
 * out; so are bytes at the end that are not a whole entry.
 */
export function readCompactPeers(bytes: Uint8Array, family: IpFamily, most: number): PeerAddress[] {
  const length = addressLength[family];
  const peers: PeerAddress[] = [];
  for (let at = 0; at + length + 2 <= bytes.length && peers.length < most; at += length + 2) {
    const port = ((bytes[at + length] ?? 0) << 8) | (bytes[at + length + 1] ?? 0);
    if (port !== 0) peers.push({ host: formatIp(bytes.subarray(at, at + length)), port });
  }
  return peers;
}

/** Reads an address of 4 or 16 bytes; null for any other number. */
export function readCompactIp(bytes: Uint8Array): string | null {
  return bytes.length === addressLength[4] || bytes.length === addressLength[6]
    ? formatIp(bytes)
    : null;
}

function formatIp(bytes: Uint8Array): string {
  if (bytes.length === addressLength[4]) return bytes.join('.');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // IPv4 in IPv6's clothes (::ffff:a.b.c.d), from trackers that have one socket for both
  if (view.readUInt16BE(10) === 0xffff && view.subarray(0, 10).every((byte) => byte === 0)) {
    return bytes.subarray(12).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) => view.readUInt16BE(index * 2));
  return shorten(groups);
}

/** The canonical text of eight groups (RFC 5952): the longest run of zeros left out. */
function shorten(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (best.length === 1) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}
