import { BlockList, type Socket } from 'node:net';
import { isPrivateAddress } from '../../private-networks.ts';
import { familyOf } from '../wire/compact-address.ts';
import { type PeerAddress, plainAddress } from './peer-address.ts';

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
  return isPrivateAddress(host);
}
