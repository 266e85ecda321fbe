import { isIPv6 } from 'node:net';
import type { Libc } from '../linux/libc.ts';
import { encodeSocketAddress, families } from '../linux/socket-address.ts';

/** Linux's numbers. */
const streamSocket = 1 | 0o4000 | 0o2000000; // that does not block, and that no child inherits
const levels = { socket: 1, tcp: 6, ipv6: 41 } as const;
const reuseAddress = 2;
const ipv6Only = 26;
const deferAccept = 9;

/**
 * A socket of TCP that is bound to an address, for Node to listen with. A connection to it waits
 * to be accepted until its client has sent something, or for a second: so nearly all can be
 * answered as soon as they are accepted. Throws the system's error when it cannot bind.
 */
export function openListeningSocket(libc: Libc, host: string, port: number): number {
  const isIpv6 = isIPv6(host);
  const descriptor = libc.socket(isIpv6 ? families.ipv6 : families.ipv4, streamSocket, 0);
  try {
    libc.setOption(descriptor, levels.socket, reuseAddress, 1);
    libc.setOption(descriptor, levels.tcp, deferAccept, 1);
    if (isIpv6) libc.setOption(descriptor, levels.ipv6, ipv6Only, 1);
    libc.bind(descriptor, encodeSocketAddress(host, port));
    return descriptor;
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
}
