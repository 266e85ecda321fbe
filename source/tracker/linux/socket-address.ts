import { isIPv6 } from 'node:net';
import type { BinaryString } from '../binary-string.ts';
import { type IpAddress, ipAddressOf, parseIpAddress } from '../ip-address.ts';
import { wordAt } from '../network-order.ts';

/** Socket addresses as Linux lays them out in memory: `sockaddr_in` and `sockaddr_in6`. */

export const families = { ipv4: 2, ipv6: 10 } as const;
/** The longer of the two. */
export const socketAddressLength = 28;
const portAt = 2;
const ipv4At = 4;
const ipv6At = 8;
const lengths = { [families.ipv4]: 16, [families.ipv6]: socketAddressLength } as const;

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function lengthOfSocketAddress(isIpv6: boolean): number {
  return lengths[isIpv6 ? families.ipv6 : families.ipv4];
}

/** Whether `host` is an address that can be written so: no name, no zone, no IPv4 in IPv6's clothes. */
export function hasSocketAddress(host: string): boolean {
  const length = isIPv6(host) ? 16 : 4;
  return !host.includes('%') && parseIpAddress(host)?.length === length;
}

/** The address of `host`, in text, and a port. */
export function encodeSocketAddress(host: string, port: number): Uint8Array {
  const family = isIPv6(host) ? families.ipv6 : families.ipv4;
  const address = parseIpAddress(host);
  if (address === null) throw new Error(`${host} is no IP address`);
  const encoded = Buffer.alloc(lengths[family]);
  encoded[isLittleEndian ? 0 : 1] = family;
  encoded.writeUInt16BE(port, portAt);
  encoded.write(address, family === families.ipv6 ? ipv6At : ipv4At, 'latin1');
  return encoded;
}

/** The port in the socket address that begins at `at`. */
export function portIn(bytes: Uint8Array, at: number): number {
  return ((bytes[at + portAt] as number) << 8) | (bytes[at + portAt + 1] as number);
}

/** The IP address in the socket address that begins at `at`. */
export function addressIn(bytes: Uint8Array, at: number, isIpv6: boolean): IpAddress {
  return isIpv6 ? ipAddressOf(bytesIn(bytes, at + ipv6At, 16)) : bytesIn(bytes, at + ipv4At, 4);
}

/** The IPv4 address in the socket address that begins at `at`, as a number of 32 bits. */
export function addressWordIn(bytes: Uint8Array, at: number): number {
  return wordAt(bytes, at + ipv4At) >>> 0;
}

function bytesIn(bytes: Uint8Array, at: number, length: number): BinaryString {
  if (length === 4) {
    return String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1');
}
