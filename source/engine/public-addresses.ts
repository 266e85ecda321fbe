import { lookup } from 'node:dns/promises';
import { messageOf, systemErrorCode } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/schema.ts';
import type { Everseed } from '../tracker/everseed-address.ts';
import { bindHosts } from './bind-hosts.ts';

/** What the public host names; null of a family for which it names nothing, or that is not used. */
export interface PublicAddresses {
  publicAddress: string | null;
  publicAddress6: string | null;
}

/** Before it was looked up. */
export const unresolved: PublicAddresses = { publicAddress: null, publicAddress6: null };

/**
 * Looks the public host up: the address behind a name may be another than `before`. While the DNS
 * does not answer, it is that one still.
 */
export async function lookUpPublicHost(
  publicHost: string,
  { bind, bind6 }: Pick<Settings, 'bind' | 'bind6'>,
  log: Log,
  before = unresolved,
  resolve: Resolve = lookup,
): Promise<PublicAddresses> {
  const [, host6] = bindHosts(bind, bind6);
  const addressIn = async (family: 4 | 6, known: string | null) => {
    try {
      return (await resolve(publicHost, { family })).address;
    } catch (error) {
      // most names have no IPv6 address; those of IPv4 alone are as good
      if (family === 4) {
        log.warning('publicHost does not resolve', { publicHost, error: messageOf(error) });
      }
      return systemErrorCode(error) === 'EAI_AGAIN' ? known : null;
    }
  };
  return {
    publicAddress: await addressIn(4, before.publicAddress),
    publicAddress6: host6 === undefined ? null : await addressIn(6, before.publicAddress6),
  };
}

type Resolve = (host: string, options: { family: 4 | 6 }) => Promise<{ address: string }>;

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
