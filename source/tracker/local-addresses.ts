import type { NetworkInterfaceInfo } from 'node:os';
import { type IpAddress, parseIpAddress } from './ip-address.ts';

/** An address of this machine. */
export interface LocalAddress {
  address: IpAddress;
  netmask: IpAddress;
  /** Nobody else reaches it. */
  internal: boolean;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

export function localAddresses(interfaces: Interfaces): LocalAddress[] {
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .flatMap((info) => {
      const address = parseIpAddress(info.address);
      const netmask = parseIpAddress(info.netmask);
      if (address === null || netmask === null) return [];
      return [{ address, netmask, internal: info.internal }];
    });
}

/**
 * This machine's addresses, asked for again when they are older than `maxAgeMs`: they change as
 * networks come and go, but asking takes too long to do it for every request.
 */
export function watchLocalAddresses(
  networkInterfaces: () => Interfaces,
  now: () => number,
  maxAgeMs: number,
): () => readonly LocalAddress[] {
  let addresses = localAddresses(networkInterfaces());
  let readAt = now();
  return () => {
    if (now() - readAt > maxAgeMs) {
      addresses = localAddresses(networkInterfaces());
      readAt = now();
    }
    return addresses;
  };
}
