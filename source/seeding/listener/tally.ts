/** How many there are of each. */
export class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  remove(name: string): void {
    const left = this.of(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }

  clear(): void {
    this.#counts.clear();
  }

  /** Of which there are most, if those are over `fair`. */
  largest(fair: number): string | null {
    let largest: string | null = null;
    let most = fair;
    for (const [name, count] of this.#counts) {
      if (count <= most) continue;
      most = count;
      largest = name;
    }
    return largest;
  }
}
