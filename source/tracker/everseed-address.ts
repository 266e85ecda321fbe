import type { Requester } from './announce.ts';
import {
  type IpAddress,
  isIpv6,
  isLoopback,
  isNearby,
  isPrivate,
  isUnusable,
  loopback,
  loopback6,
  parseIpAddress,
} from './ip-address.ts';
import type { LocalAddress } from './local-addresses.ts';

/** Where the everseed accepts peers. */
export interface Everseed {
  port: number;
  /** The IPv4 address it listens on; null or `0.0.0.0` when that is all of them. */
  host: string | null;
  /** The IPv4 address the world reaches this machine at, if known. */
  publicAddress: string | null;
  /** The IPv6 address it listens on; null or `::` for all of them, left out when it does not. */
  host6?: string | null;
  /** The IPv6 address the world reaches this machine at, if known. */
  publicAddress6?: string | null;
  /** 40 hex digits; peers that ask for ids are not told any when it is left out. */
  peerId?: string;
}

/**
 * The address at which this requester can reach the everseed, which runs on this machine: one of
 * the requester's family, or, where the everseed does not listen on IPv6, the IPv4 address the
 * world reaches it at. Null when none is known.
 */
export function everseedAddressFor(
  requester: Pick<Requester, 'address' | 'localAddress'>,
  everseed: Everseed,
  local: readonly LocalAddress[],
): IpAddress | null {
  const ipv4 = { host: everseed.host, publicAddress: everseed.publicAddress };
  if (!isIpv6(requester.address)) return addressIn(ipv4, requester, local);
  const { host6, publicAddress6 = null } = everseed;
  if (host6 === undefined) return readAddress(everseed.publicAddress);
  return addressIn({ host: host6, publicAddress: publicAddress6 }, requester, local);
}

/** The address in the requester's own family. */
function addressIn(
  everseed: Pick<Everseed, 'host' | 'publicAddress'>,
  { address, localAddress }: Pick<Requester, 'address' | 'localAddress'>,
  allLocal: readonly LocalAddress[],
): IpAddress | null {
  const local = allLocal.filter((own) => isIpv6(own.address) === isIpv6(address));
  const publicAddress = readAddress(everseed.publicAddress);
  const bound = readAddress(everseed.host);
  if (bound !== null) {
    const isFromHere = isNearby(address) || local.some((own) => own.address === address);
    return isFromHere || !isNearby(bound) ? bound : (publicAddress ?? bound);
  }

  if (isLoopback(address)) return isIpv6(address) ? loopback6 : loopback;
  if (local.some((own) => own.address === address)) return address;
  if (isPrivate(address)) {
    // It got through to this one of our addresses, so it will again.
    if (localAddress !== null) return localAddress;
    const neighbour = local.find((own) => isSameSubnet(own, address));
    if (neighbour) return neighbour.address;
  }
  return publicAddress ?? localAddress ?? local.find((own) => !own.internal)?.address ?? null;
}

/** Null also for the address that stands for all of them. */
function readAddress(text: string | null): IpAddress | null {
  const address = text === null ? null : parseIpAddress(text);
  return address === null || isUnusable(address) ? null : address;
}

function isSameSubnet({ address, netmask }: LocalAddress, other: IpAddress): boolean {
  for (let index = 0; index < address.length; index++) {
    const differs = address.charCodeAt(index) ^ other.charCodeAt(index);
    if ((differs & netmask.charCodeAt(index)) !== 0) return false;
  }
  return true;
}
