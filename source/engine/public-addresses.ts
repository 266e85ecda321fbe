import { lookup } from 'node:dns/promises';
import { messageOf } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/schema.ts';
import type { Everseed } from '../tracker/everseed-address.ts';
import { bindHosts } from './bind-hosts.ts';

/** What the public host names; null of a family for which it names nothing, or that is not used. */
export interface PublicAddresses {
  publicAddress: string | null;
  publicAddress6: string | null;
}

/** Looks the public host up: the address behind a name may be another than before. */
export async function lookUpPublicHost(
  publicHost: string,
  { bind, bind6 }: Pick<Settings, 'bind' | 'bind6'>,
  log: Log,
): Promise<PublicAddresses> {
  const [, host6] = bindHosts(bind, bind6);
  let publicAddress: string | null = null;
  let publicAddress6: string | null = null;
  try {
    publicAddress = (await lookup(publicHost, { family: 4 })).address;
  } catch (error) {
    log.warning('publicHost does not resolve', { publicHost, error: messageOf(error) });
  }
  try {
    if (host6 !== undefined) publicAddress6 = (await lookup(publicHost, { family: 6 })).address;
  } catch {
    // most names have no IPv6 address; those of IPv4 alone are as good
  }
  return { publicAddress, publicAddress6 };
}

export function listOf({ publicAddress, publicAddress6 }: PublicAddresses): string[] {
  return [publicAddress, publicAddress6].filter((address) => address !== null);
}

/** What the tracker hands out for the everseed, which accepts peers at a port. */
export function everseedAt(
  { publicAddress, publicAddress6 }: PublicAddresses,
  { bind, bind6 }: Pick<Settings, 'bind' | 'bind6'>,
  port: number,
  peerId: Uint8Array,
): Everseed {
  const [, host6] = bindHosts(bind, bind6);
  return {
    port,
    host: bind === '0.0.0.0' ? null : bind,
    publicAddress,
    ...(host6 !== undefined && { host6: host6 === '::' ? null : host6, publicAddress6 }),
    peerId: Buffer.from(peerId).toString('hex'),
  };
}
