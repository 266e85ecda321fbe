import type { AddressBlocks } from './address-blocks.ts';
import { type IpAddress, parseEndpoint } from './ip-address.ts';

/** What proxies add to a request, as it arrived. */
export interface ForwardingHeaders {
  /** `X-Forwarded-For`: addresses, the one nearest to us last. */
  forwardedFor: string | undefined;
  /** `Forwarded` (RFC 7239). */
  forwarded: string | undefined;
}

/**
 * Which header is read: the one that proxies of ours add to. `any`: `X-Forwarded-For` where a request
 * has it, and `Forwarded` where it does not.
 */
export type ProxyHeader = 'any' | 'X-Forwarded-For' | 'Forwarded';

/**
 * The address of who asks, when the connection comes from `peer`. What a request says of it is
 * believed only as far as trusted proxies said it: from the last entry, which `peer` added, back to
 * the first that is no proxy of ours. Whatever cannot be read leaves the address of the connection.
 *
 * One header only is read. Proxies pass on the other as it came from the client, who may write
 * there whatever it likes.
 */
export function clientAddress(
  peer: IpAddress,
  { forwardedFor, forwarded }: ForwardingHeaders,
  header: ProxyHeader,
  isTrusted: AddressBlocks,
): IpAddress {
  if ((forwardedFor === undefined && forwarded === undefined) || !isTrusted(peer)) return peer;
  if (forwardedFor !== undefined && header !== 'Forwarded') {
    return lastUntrusted(peer, forwardedFor, readNode, isTrusted);
  }
  return forwarded !== undefined && header !== 'X-Forwarded-For'
    ? lastUntrusted(peer, forwarded, readElement, isTrusted)
    : peer;
}

function lastUntrusted(
  peer: IpAddress,
  list: string,
  read: (entry: string) => IpAddress | null,
  isTrusted: AddressBlocks,
): IpAddress {
  let address = peer;
  for (const entry of list.split(',').reverse()) {
    const next = read(entry.trim());
    if (next === null) return peer;
    address = next;
    if (!isTrusted(address)) break;
  }
  return address;
}

/** The `for` of an element of `Forwarded`; null when there is none that names an address. */
function readElement(element: string): IpAddress | null {
  const match = /(?:^|;)\s*for=(?:"([^"]*)"|([^;"\s]*))\s*(?:;|$)/i.exec(element);
  const node = match?.[1] ?? match?.[2];
  return node === undefined ? null : readNode(node);
}

/** An address, perhaps with a port. */
function readNode(node: string): IpAddress | null {
  return parseEndpoint(node, 0)?.address ?? null;
}
