/** Things by when they are due, the earliest first: a binary heap. */
export class DueQueue<T> {
  readonly #items: T[] = [];
  readonly #times: number[] = [];

  /** When the first is due; null when there is none. */
  get nextAt(): number | null {
    return this.#times[0] ?? null;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T, at: number): void {
    let index = this.#items.length;
    this.#items.push(item);
    this.#times.push(at);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#time(parent) <= at) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Takes the first out if it is due at `now`. */
  take(now: number): { item: T; at: number } | null {
    const [at] = this.#times;
    if (at === undefined || at > now) return null;
    this.#swap(0, this.#items.length - 1);
    const item = this.#items.pop() as T;
    this.#times.pop();
    this.#sink();
    return { item, at };
  }

  #sink(): void {
    const length = this.#items.length;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      if (left >= length) return;
      const right = left + 1;
      const child = right < length && this.#time(right) < this.#time(left) ? right : left;
      if (this.#time(index) <= this.#time(child)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #time(index: number): number {
    return this.#times[index] as number;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b] as T, this.#items[a] as T];
    [this.#times[a], this.#times[b]] = [this.#time(b), this.#time(a)];
  }
}
