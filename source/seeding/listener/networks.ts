import { BlockList, type Socket } from 'node:net';
import { familyOf } from '../wire/compact-address.ts';
import { type PeerAddress, plainAddress } from './peer-address.ts';

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv6');
}

/** The customers of a provider share it (RFC 6598), and so do virtual private networks. */
const sharedNetwork = new BlockList();
sharedNetwork.addSubnet('100.64.0.0', 10, 'ipv4');

/**
 * Whether a connection comes from somewhere that needs the world to reach us: not from our own
 * network, and not from this machine by its address outside.
 */
export function isFromOutside(
  remote: Pick<PeerAddress, 'host'>,
  socket: Pick<Socket, 'localAddress'>,
): boolean {
  // a socket asks the system for its own address
  if (isPrivate(remote) || remote.host === plainAddress(socket.localAddress ?? '')) return false;
  return !sharedNetwork.check(remote.host, familyOf(remote.host));
}

/** Whether an address is this machine's alone. */
export function isLoopback({ host }: Pick<PeerAddress, 'host'>): boolean {
  const plain = plainAddress(host);
  return plain === '::1' || plain.startsWith('127.');
}

/** Whether an address is reached from its own network, or machine, alone. */
export function isPrivate({ host }: Pick<PeerAddress, 'host'>): boolean {
  return privateNetworks.check(host.split('%', 1)[0] ?? host, familyOf(host));
}
