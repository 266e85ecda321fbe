import { isIPv6 } from 'node:net';
import { ipv6Groups } from '../wire/compact-address.ts';

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
  const network = ipv6Groups(plain).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}
