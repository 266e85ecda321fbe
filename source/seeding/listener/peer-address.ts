import { isIPv6 } from 'node:net';

/** An address as others are shown it: IPv4 addresses that came mapped into IPv6 as IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Where a peer is. */
export interface PeerAddress {
  /** An IPv4 or IPv6 address. */
  host: string;
  port: number;
}

/** Host and port as one string, IPv6 in brackets. */
export function formatAddress({ host, port }: PeerAddress): string {
  const plain = plainAddress(host);
  return isIPv6(plain) ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/**
 * What counts as one address where connections are limited: an IPv4 address, or the /64 network of
 * an IPv6 one, as whoever has one address of that has all of them.
 */
export function addressGroup(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%', 1)[0]?.toLowerCase().split('::', 2) ?? [];
  const left = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const right = tail === '' ? [] : tail.split(':');
    while (left.length + right.length < 8) left.push('0');
    left.push(...right);
  }
  return `${left.slice(0, 4).join(':')}::/64`;
}
