import type { BinaryString } from './binary-string.ts';

/**
 * An IP address as its bytes: 4 of IPv4, 16 of IPv6. An IPv4 address mapped into IPv6 is always
 * held as the 4 bytes it stands for, so that an address has one form only.
 */
export type IpAddress = BinaryString;

export const loopback: IpAddress = '\x7f\0\0\x01';
export const loopback6: IpAddress = '\0'.repeat(15).concat('\x01');

const mappedPrefix = '\0'.repeat(10).concat('\xff\xff');
const groups = 8;

export function isIpv6(address: IpAddress): boolean {
  return address.length === 16;
}

/**
 * Reads an address as people and sockets write it: dotted decimal, or IPv6 in any of its forms,
 * also with a zone (`fe80::1%eth0`), which is left out. Null for everything else.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (!text.includes(':')) return parseIpv4(text);
  const zone = text.indexOf('%');
  const bytes = parseIpv6(zone < 0 ? text : text.slice(0, zone));
  return bytes === null ? null : ipAddressOf(bytes);
}

/** The address that 4 or 16 bytes stand for, which are a mapped one perhaps. */
export function ipAddressOf(bytes: BinaryString): IpAddress {
  return bytes.length === 16 && bytes.startsWith(mappedPrefix) ? bytes.slice(12) : bytes;
}

function parseIpv4(text: string): IpAddress | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? String.fromCharCode(...bytes) : null;
}

function parseIpv6(text: string): BinaryString | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? '', true);
  if (before === null || after === null) return null;
  const missing = groups * 2 - before.length - after.length;
  // "::" stands for one group of zeros at least
  if (tail === undefined ? missing !== 0 : missing < 2) return null;
  return before + '\0'.repeat(missing) + after;
}

/** Groups of up to four hex digits with colons between; the address's last may be dotted decimal. */
function parseGroups(text: string, isEnd: boolean): BinaryString | null {
  if (text === '') return '';
  const parts = text.split(':');
  let bytes = '';
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes += String.fromCharCode(group >>> 8, group & 0xff);
      continue;
    }
    const ipv4 = isEnd && index === parts.length - 1 ? parseIpv4(part) : null;
    if (ipv4 === null) return null;
    bytes += ipv4;
  }
  return bytes;
}

/**
 * Reads an address that perhaps has a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
 * `[2001:db8::1]:80`. Without one it has `port`. Null for everything else.
 */
export function parseEndpoint(
  text: string,
  port: number,
): { address: IpAddress; port: number } | null {
  const match = /^(?:\[([^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text);
  const address = parseIpAddress(match?.[1] ?? match?.[2] ?? text);
  const ownPort = match?.[3] === undefined ? port : Number(match[3]);
  return address === null || ownPort > 0xffff ? null : { address, port: ownPort };
}

/** The address in its usual form (RFC 5952 for IPv6), without brackets. */
export function formatIpAddress(address: IpAddress): string {
  if (!isIpv6(address)) return Array.from(address, (byte) => byte.charCodeAt(0)).join('.');
  const values = Array.from({ length: groups }, (_, index) => wordAt(address, index * 2));
  const zeros = longestRunOfZeros(values);
  const text = (some: number[]) => some.map((value) => value.toString(16)).join(':');
  if (zeros.length < 2) return text(values);
  return `${text(values.slice(0, zeros.start))}::${text(values.slice(zeros.start + zeros.length))}`;
}

function longestRunOfZeros(values: number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, value] of values.entries()) {
    length = value === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: index - length + 1, length };
  }
  return longest;
}

export function isLoopback(address: IpAddress): boolean {
  return isIpv6(address) ? address === loopback6 : address.charCodeAt(0) === 127;
}

/**
 * Whether the address means something only near us: private use (RFC 1918), shared address space
 * of carriers (RFC 6598) and link-local (RFC 3927); unique local (RFC 4193) and link-local of IPv6.
 */
export function isPrivate(address: IpAddress): boolean {
  const high = wordAt(address, 0);
  const first = high >>> 8;
  if (isIpv6(address)) return first >>> 1 === 0x7e || high >>> 6 === 0x3fa;
  return (
    first === 10 ||
    high >>> 4 === 0xac1 || // 172.16.0.0/12
    high === 0xc0a8 || // 192.168.0.0/16
    high >>> 6 === 0x191 || // 100.64.0.0/10
    high === 0xa9fe // 169.254.0.0/16
  );
}

/** Whether nobody far away can do anything with the address. */
export function isNearby(address: IpAddress): boolean {
  return isLoopback(address) || isPrivate(address);
}

/** Whether no peer can be there: unspecified, "this network", multicast, broadcast, reserved. */
export function isUnusable(address: IpAddress): boolean {
  const first = address.charCodeAt(0);
  if (isIpv6(address)) return first === 0xff || address === '\0'.repeat(16);
  return first === 0 || first >= 224;
}

/**
 * What stands for one party when what it may do is limited: an IPv4 address, and of IPv6 the /64
 * it is in, of which anybody has a whole one at least. 4 or 8 bytes.
 */
export function partyOf(address: IpAddress): BinaryString {
  return isIpv6(address) ? address.slice(0, 8) : address;
}

/** An address and a port, big-endian: a peer in compact form (BEP 23, BEP 7). 6 or 18 bytes. */
export function compactEndpoint(address: IpAddress, port: number): BinaryString {
  return address + String.fromCharCode(port >>> 8, port & 0xff);
}

/** Reads what `compactEndpoint` wrote. */
export function parseCompactEndpoint(endpoint: BinaryString): {
  address: IpAddress;
  port: number;
} {
  const end = endpoint.length - 2;
  return { address: endpoint.slice(0, end), port: wordAt(endpoint, end) };
}

function wordAt(bytes: BinaryString, index: number): number {
  return (bytes.charCodeAt(index) << 8) | bytes.charCodeAt(index + 1);
}
