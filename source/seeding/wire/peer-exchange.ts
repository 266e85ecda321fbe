import { getBytes } from '../../bencode/dictionary.ts';
import { encode } from '../../bencode/encode.ts';
import { type AddressFamily, decodeCompact, encodeCompact, familyOf } from './compact-address.ts';
import { decodeLeadingDictionary } from './extension.ts';

/** The most peers of a family that one message adds, and the most that it drops (BEP 11). */
export const maxExchanged = 50;

/** What is said of a peer that is added, as bits (BEP 11). */
export const peerFlag = { prefersEncryption: 0x01, uploadOnly: 0x02, reachable: 0x10 } as const;

export interface ExchangedPeer {
  /** An IPv4 or IPv6 address. */
  host: string;
  port: number;
  /** Of `peerFlag`, and more that are of no interest here. */
  flags: number;
}

/** A ut_pex message (BEP 11): who has come and gone since the one before. */
export interface PeerExchangeMessage {
  added: readonly ExchangedPeer[];
  dropped: readonly Omit<ExchangedPeer, 'flags'>[];
}

/** The payload of a ut_pex message. */
export function encodePeerExchange({ added, dropped }: PeerExchangeMessage): Uint8Array {
  const of = <P extends { host: string }>(peers: readonly P[], family: AddressFamily) =>
    peers.filter(({ host }) => familyOf(host) === family);
  const flagsOf = (peers: readonly ExchangedPeer[]) => Uint8Array.from(peers, ({ flags }) => flags);
  const [added4, added6] = [of(added, 'ipv4'), of(added, 'ipv6')];
  return encode({
    added: encodeCompact(added4),
    'added.f': flagsOf(added4),
    added6: encodeCompact(added6),
    'added6.f': flagsOf(added6),
    dropped: encodeCompact(of(dropped, 'ipv4')),
    dropped6: encodeCompact(of(dropped, 'ipv6')),
  });
}

/**
 * Reads whom a ut_pex message adds, no more than a message may. What makes no sense counts as not
 * said; flags that are missing are none.
 *
 * @throws WireError when it is not a bencoded dictionary
 */
export function parsePeerExchange(payload: Uint8Array): ExchangedPeer[] {
  const dictionary = decodeLeadingDictionary(payload);
  const read = (key: string, family: AddressFamily): ExchangedPeer[] => {
    const flags = getBytes(dictionary, `${key}.f`);
    const addresses = decodeCompact(
      getBytes(dictionary, key) ?? new Uint8Array(0),
      family,
      maxExchanged,
    );
    return addresses.map((address, index) => ({ ...address, flags: flags?.[index] ?? 0 }));
  };
  return [...read('added', 'ipv4'), ...read('added6', 'ipv6')];
}
