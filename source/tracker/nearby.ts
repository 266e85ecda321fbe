import type { BinaryString } from './binary-string.ts';
import { isNearby } from './ipv4.ts';

/**
 * Whether nobody far away can do anything with an address of 4 or 16 bytes: loopback, private and
 * link-local ones; of IPv6 `::1`, `fe80::/10` and `fc00::/7`.
 */
export function isNearbyAddress(address: BinaryString): boolean {
  const first = address.charCodeAt(0);
  const second = address.charCodeAt(1);
  if (address.length === 4) {
    const rest = (address.charCodeAt(2) << 8) | address.charCodeAt(3);
    return isNearby(((first << 24) | (second << 16) | rest) >>> 0);
  }
  if ((first & 0xfe) === 0xfc || (first === 0xfe && (second & 0xc0) === 0x80)) return true;
  return address === loopback6;
}

const loopback6 = `${'\0'.repeat(15)}\x01`;
