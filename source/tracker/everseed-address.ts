import type { Requester } from './announce.ts';
import { type Ipv4, isLoopback, isNearby, isPrivate, loopback, parseIpv4 } from './ipv4.ts';
import type { LocalAddress } from './local-addresses.ts';

/** Where the everseed accepts peers. */
export interface Everseed {
  port: number;
  /** The IPv4 address it listens on; null or `0.0.0.0` when that is all of them. */
  host: string | null;
  /** The IPv4 address the world reaches this machine at, if known. */
  publicAddress: string | null;
  /** 40 hex digits; peers that ask for ids are not told any when it is left out. */
  peerId?: string;
}

/**
 * The address at which this requester can reach the everseed, which runs on this machine. Null
 * when none is known.
 */
export function everseedAddressFor(
  requester: Requester,
  everseed: Everseed,
  local: readonly LocalAddress[],
): Ipv4 | null {
  const { address, localAddress } = requester;
  const publicAddress = everseed.publicAddress === null ? null : parseIpv4(everseed.publicAddress);
  const bound = everseed.host === null ? null : parseIpv4(everseed.host);
  if (bound) {
    const isFromHere = isNearby(address) || local.some((own) => own.address === address);
    return isFromHere || !isNearby(bound) ? bound : (publicAddress ?? bound);
  }

  if (isLoopback(address)) return loopback;
  if (local.some((own) => own.address === address)) return address;
  if (isPrivate(address)) {
    // It got through to this one of our addresses, so it will again.
    if (localAddress !== null) return localAddress;
    const neighbour = local.find((own) => isSameSubnet(own, address));
    if (neighbour) return neighbour.address;
  }
  return publicAddress ?? localAddress ?? local.find((own) => !own.internal)?.address ?? null;
}

function isSameSubnet(own: LocalAddress, address: Ipv4): boolean {
  return ((own.address ^ address) & own.netmask) === 0;
}
