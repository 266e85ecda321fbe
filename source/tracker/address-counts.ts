import type { BinaryString } from './binary-string.ts';

/** How many there are of each address. */
export class AddressCounts {
  readonly #counts = new Map<BinaryString, number>();

  of(address: BinaryString): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: BinaryString): void {
    this.#counts.set(address, this.of(address) + 1);
  }

  remove(address: BinaryString): void {
    const left = this.of(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
