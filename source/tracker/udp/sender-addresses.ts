import type { IpAddress } from '../ip-address.ts';
import { addressIn, addressWordIn } from '../linux/socket-address.ts';

/** A power of two. */
const remembered = 4096;

/**
 * Addresses of senders, out of socket addresses. Of the latest IPv4 ones the same string is given each
 * time, since one host seldom asks once only, and making a string takes longer than finding it.
 */
export class SenderAddresses {
  readonly #isIpv6: boolean;
  /** By place: the address as a word, and as what it is to all others. */
  readonly #words = new Uint32Array(remembered);
  readonly #addresses: IpAddress[] = Array.from({ length: remembered }, () => '\0\0\0\0');

  constructor(isIpv6: boolean) {
    this.#isIpv6 = isIpv6;
  }

  /** The IP address in the socket address that begins at `at`. */
  at(bytes: Uint8Array, at: number): IpAddress {
    if (this.#isIpv6) return addressIn(bytes, at, true);
    const word = addressWordIn(bytes, at);
    // neighbours in one network, and hosts of the same number in many, go to different places
    const place = (word ^ (word >>> 12) ^ (word >>> 20)) & (remembered - 1);
    if (this.#words[place] !== word) {
      this.#words[place] = word;
      this.#addresses[place] = addressIn(bytes, at, false);
    }
    return this.#addresses[place] as IpAddress;
  }
}
