import { BlockList } from 'node:net';
import { familyOf } from '../wire/compact-address.ts';
import type { PeerAddress } from './peer-address.ts';

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

/** Whether an address is reached from its own network, or machine, alone. */
export function isPrivate({ host }: Pick<PeerAddress, 'host'>): boolean {
  return privateNetworks.check(host.split('%', 1)[0] ?? host, familyOf(host));
}
