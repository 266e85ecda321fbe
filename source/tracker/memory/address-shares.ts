import { wordAt } from '../network-order.ts';
import type { PeerLimits } from '../swarm-store.ts';
import { KeyedHash } from './keyed-hash.ts';

/** What a count is of: an address, its network, or an address in one swarm. */
const kinds = { address: 1, network: 2, inSwarm: 3 } as const;

/**
 * How much of the store each address and network has, so that nobody alone can fill it. Of IPv6 a
 * network of 64 bits counts as one address, and one of 48 bits as its network. Who is on this machine
 * may have any share of a swarm: that is its owner's, or what a test needs.
 *
 * The counts are in memory of a fixed size (a count-min sketch): never lower than the truth, and
 * higher only for what shares both of its counters with others. The limits are far above what such
 * chance companions count.
 */
export class AddressShares {
  readonly #limits: PeerLimits;
  readonly #hash: KeyedHash;
  readonly #rows: readonly [Uint32Array, Uint32Array];
  readonly #mask: number;
  readonly #words = new Uint32Array(3);
  // what is chosen
  #swarm = -1;
  #first = 0;
  #second = 0;
  #isIpv4 = true;
  #isLoopback = true;
  /** Hashes of what it counts for. */
  #address = 0;
  #network = 0;
  #inSwarm = 0;

  /** `random` gives 0 to below 1. */
  constructor(limits: PeerLimits, random: () => number) {
    this.#limits = limits;
    this.#hash = new KeyedHash(random);
    const counters = 2 ** Math.ceil(Math.log2(Math.max(limits.inAll / 4, 4096)));
    this.#rows = [new Uint32Array(counters), new Uint32Array(counters)];
    this.#mask = counters - 1;
  }

  /** Chooses an address (4 or 16 bytes, and whatever follows) and a swarm, for what is called next. */
  choose(swarm: number, address: Uint8Array, isIpv4: boolean): void {
    const first = wordAt(address, 0);
    // of IPv6 what counts is its network of 64 bits
    const second = isIpv4 ? 0 : wordAt(address, 4);
    const isLoopback = isIpv4 ? first >>> 24 === 127 : isLoopback6(address);
    const isSame =
      first === this.#first &&
      second === this.#second &&
      isIpv4 === this.#isIpv4 &&
      isLoopback === this.#isLoopback;
    if (isSame && swarm === this.#swarm) return;
    const sign = isIpv4 ? 1 : -1;
    if (!isSame) {
      this.#first = first;
      this.#second = second;
      this.#isIpv4 = isIpv4;
      this.#isLoopback = isLoopback;
      this.#address = this.#hashOf(sign * kinds.address, first, second);
      this.#network = isIpv4
        ? this.#hashOf(kinds.network, first & ~0xff, 0)
        : this.#hashOf(-kinds.network, first, second & ~0xffff);
    }
    this.#swarm = swarm;
    if (!isLoopback) this.#inSwarm = this.#hashOf(sign * kinds.inSwarm, this.#address, swarm);
  }

  /** Whether one more peer may be added, to a swarm that is there or to a new one. */
  hasRoom(isNewSwarm: boolean): boolean {
    const limits = this.#limits;
    return (
      (isNewSwarm || this.#isLoopback || this.#count(this.#inSwarm) < limits.ofAddressInSwarm) &&
      this.#count(this.#address) < limits.ofAddressInAll &&
      this.#count(this.#network) < limits.ofNetworkInAll
    );
  }

  /** Counts one more; with -1, one less that was counted. */
  add(change: 1 | -1): void {
    if (!this.#isLoopback) this.#change(this.#inSwarm, change);
    this.#change(this.#address, change);
    this.#change(this.#network, change);
  }

  #count(hash: number): number {
    const [row0, row1] = this.#rows;
    return Math.min(row0[hash & this.#mask] as number, row1[this.#otherPlace(hash)] as number);
  }

  #change(hash: number, change: 1 | -1): void {
    const [row0, row1] = this.#rows;
    const at0 = hash & this.#mask;
    const at1 = this.#otherPlace(hash);
    row0[at0] = (row0[at0] as number) + change;
    row1[at1] = (row1[at1] as number) + change;
  }

  /** Place of a hash in the second row: by its other half, stirred. */
  #otherPlace(hash: number): number {
    return (Math.imul((hash >>> 16) | (hash << 16), 0x9e3779b1) >>> 8) & this.#mask;
  }

  #hashOf(kind: number, first: number, second: number): number {
    this.#words[0] = kind;
    this.#words[1] = first;
    this.#words[2] = second;
    return this.#hash.ofWords(this.#words, 0, 3);
  }
}

/** Whether these 16 bytes are ::1. */
function isLoopback6(address: Uint8Array): boolean {
  const words = wordAt(address, 0) | wordAt(address, 4) | wordAt(address, 8);
  return words === 0 && wordAt(address, 12) === 1;
}
