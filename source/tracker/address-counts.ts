import type { Ipv4 } from './ipv4.ts';

/** How many there are of each address. */
export class AddressCounts {
  readonly #counts = new Map<Ipv4, number>();

  of(address: Ipv4): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: Ipv4): void {
    this.#counts.set(address, this.of(address) + 1);
  }

  remove(address: Ipv4): void {
    const left = this.of(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
