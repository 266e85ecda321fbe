import type { BinaryString } from './binary-string.ts';

/** An IPv4 address as the 32-bit unsigned integer it is. */
export type Ipv4 = number;

export const loopback: Ipv4 = 0x7f000001;

/**
 * Reads dotted decimal, also as the IPv4 part of an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`),
 * which is what a dual-stack socket calls it. Null for everything else.
 */
export function parseIpv4(text: string): Ipv4 | null {
  const match = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(text);
  if (!match) return null;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = Number(match[i]);
    if (byte > 255) return null;
    address = address * 256 + byte;
  }
  return address;
}

export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

export function isLoopback(address: Ipv4): boolean {
  return address >>> 24 === 127;
}

/**
 * Whether the address means something only near us: private use (RFC 1918), shared address space
 * of carriers (RFC 6598) and link-local (RFC 3927).
 */
export function isPrivate(address: Ipv4): boolean {
  return (
    address >>> 24 === 10 ||
    address >>> 20 === 0xac1 || // 172.16.0.0/12
    address >>> 16 === 0xc0a8 || // 192.168.0.0/16
    address >>> 22 === 0x191 || // 100.64.0.0/10
    address >>> 16 === 0xa9fe // 169.254.0.0/16
  );
}

/** Whether nobody far away can do anything with the address. */
export function isNearby(address: Ipv4): boolean {
  return isLoopback(address) || isPrivate(address);
}

/** The 4 bytes of an address, big-endian. */
export function addressBytes(address: Ipv4): BinaryString {
  return String.fromCharCode(
    address >>> 24,
    (address >>> 16) & 0xff,
    (address >>> 8) & 0xff,
    address & 0xff,
  );
}

/** The 6 bytes of an address and a port, both big-endian: a peer in compact form (BEP 23). */
export function compactEndpoint(address: Ipv4, port: number): BinaryString {
  return String.fromCharCode(
    address >>> 24,
    (address >>> 16) & 0xff,
    (address >>> 8) & 0xff,
    address & 0xff,
    port >>> 8,
    port & 0xff,
  );
}

/** Reads what `compactEndpoint` wrote. */
export function parseCompactEndpoint(endpoint: BinaryString): { address: Ipv4; port: number } {
  const byte = (index: number) => endpoint.charCodeAt(index);
  return {
    address: ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0,
    port: (byte(4) << 8) | byte(5),
  };
}
