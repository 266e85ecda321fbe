import type { PeerLimits } from '../swarm-store.ts';
import { KeyedHash } from './keyed-hash.ts';

/** What a count is of: an address, its network, or an address in one swarm. */
const kinds = { address: 1, network: 2, inSwarm: 3 } as const;

/**
 * How much of the store each address and network has, so that nobody alone can fill it. Of IPv6 a
 * network of 64 bits counts as one address, and one of 48 bits as its network.
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
  readonly #words = new Uint32Array(4);
  /** Hashes of what the chosen peer counts for. */
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
    const byte = (at: number) => address[at] as number;
    const high = (byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8);
    if (isIpv4) {
      const last = byte(3);
      this.#address = this.#hashOf(kinds.address, 0, high | last, 0);
      this.#network = this.#hashOf(kinds.network, 0, high, 0);
      this.#inSwarm = this.#hashOf(kinds.inSwarm, swarm, high | last, 0);
      return;
    }
    const first = high | byte(3);
    const network = (byte(4) << 24) | (byte(5) << 16);
    const second = network | (byte(6) << 8) | byte(7);
    this.#address = this.#hashOf(-kinds.address, 0, first, second);
    this.#network = this.#hashOf(-kinds.network, 0, first, network);
    this.#inSwarm = this.#hashOf(-kinds.inSwarm, swarm, first, second);
  }

  /** Whether one more peer may be added, to a swarm that is there or to a new one. */
  hasRoom(isNewSwarm: boolean): boolean {
    const limits = this.#limits;
    return (
      (isNewSwarm || this.#count(this.#inSwarm) < limits.ofAddressInSwarm) &&
      this.#count(this.#address) < limits.ofAddressInAll &&
      this.#count(this.#network) < limits.ofNetworkInAll
    );
  }

  /** Counts one more; with -1, one less that was counted. */
  add(change: 1 | -1): void {
    this.#change(this.#inSwarm, change);
    this.#change(this.#address, change);
    this.#change(this.#network, change);
  }

  #count(hash: number): number {
    const [row0, row1] = this.#rows;
    return Math.min(row0[hash & this.#mask] as number, row1[this.#second(hash)] as number);
  }

  #change(hash: number, change: 1 | -1): void {
    const [row0, row1] = this.#rows;
    const at0 = hash & this.#mask;
    const at1 = this.#second(hash);
    row0[at0] = (row0[at0] as number) + change;
    row1[at1] = (row1[at1] as number) + change;
  }

  /** Place of a hash in the second row: by its other half, stirred. */
  #second(hash: number): number {
    return (Math.imul((hash >>> 16) | (hash << 16), 0x9e3779b1) >>> 8) & this.#mask;
  }

  #hashOf(kind: number, swarm: number, first: number, second: number): number {
    this.#words[0] = kind;
    this.#words[1] = swarm;
    this.#words[2] = first;
    this.#words[3] = second;
    return this.#hash.ofWords(this.#words, 0, 4);
  }
}
