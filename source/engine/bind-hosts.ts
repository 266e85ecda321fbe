import { networkInterfaces } from 'node:os';

/**
 * The addresses to listen on: an IPv4 one and, where there is IPv6, an IPv6 one. All of IPv6 only
 * where it is all of IPv4: who bound that to one address did not mean the world. An empty `host6`
 * is none.
 */
export function bindHosts(
  host: string,
  host6: string,
): [host: string] | [host: string, host6: string] {
  if (host6 === '::' && host !== '0.0.0.0') return [host];
  const interfaces = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  const hasIpv6 = interfaces.some(({ family }) => family === 'IPv6');
  return host6 !== '' && hasIpv6 ? [host, host6] : [host];
}
