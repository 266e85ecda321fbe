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
  return networkOf(address, 4);
}

/** What is likely to be one customer's, or one site's: an IPv4 address, or the /48 network of an IPv6 one. */
export function siteOf(address: string): string {
  return networkOf(address, 3);
}

/** An IPv4 address as it is, or the network that so many groups of an IPv6 one name. */
function networkOf(address: string, groups: number): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const network = ipv6Groups(plain).slice(0, groups);
  return `${network.map((group) => group.toString(16)).join(':')}::/${16 * groups}`;
}
