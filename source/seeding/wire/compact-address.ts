import { isIPv6 } from 'node:net';

/** Bytes of an address in compact form (BEP 5, BEP 7), without its port. */
const compactLengths = { ipv4: 4, ipv6: 16 } as const;
export type AddressFamily = keyof typeof compactLengths;

interface HostAndPort {
  /** An IPv4 or IPv6 address. */
  host: string;
  port: number;
}

export function familyOf(host: string): AddressFamily {
  return isIPv6(host) ? 'ipv6' : 'ipv4';
}

/** Addresses of one family in compact form, one behind the other. */
export function encodeCompact(addresses: readonly HostAndPort[]): Uint8Array {
  const parts = addresses.map(({ host, port }) => [...addressBytes(host), port >>> 8, port & 0xff]);
  return Uint8Array.from(parts.flat());
}

/** The addresses in compact form, at most `most`; bytes at the end that make none are left out. */
export function decodeCompact(
  bytes: Uint8Array,
  family: AddressFamily,
  most: number,
): HostAndPort[] {
  const length = compactLengths[family];
  const count = Math.min(most, Math.floor(bytes.length / (length + 2)));
  return Array.from({ length: count }, (_, index) => {
    const at = index * (length + 2);
    const host = addressText(bytes.subarray(at, at + length)) ?? '';
    const port = ((bytes[at + length] ?? 0) << 8) | (bytes[at + length + 1] ?? 0);
    return { host, port };
  });
}

/** An address as its 4 or 16 bytes. */
export function addressBytes(host: string): Uint8Array {
  return Uint8Array.from(isIPv6(host) ? ipv6Bytes(host) : host.split('.').map(Number));
}

/** The address that 4 or 16 bytes are; null of any other number of bytes. */
export function addressText(bytes: Uint8Array): string | null {
  if (bytes.length === compactLengths.ipv4) return bytes.join('.');
  return bytes.length === compactLengths.ipv6 ? ipv6Text(bytes) : null;
}

/** The eight groups of an IPv6 address, which may have a zone behind it. */
export function ipv6Groups(address: string): number[] {
  const [plain = ''] = address.split('%', 1);
  const [head = '', tail] = plain.split('::', 2);
  const left = groupsIn(head);
  if (tail === undefined) return left;
  const right = groupsIn(tail);
  const zeros = Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0);
  return [...left, ...zeros, ...right];
}

/** The last two groups may be written as an IPv4 address. */
function groupsIn(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function ipv6Bytes(address: string): number[] {
  return ipv6Groups(address).flatMap((group) => [group >>> 8, group & 0xff]);
}

/** As addresses of sockets are written (RFC 5952): lower case, the longest run of zeros left out. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
