const smallest = 4;

/** What was measured in one step of time. */
export interface Sample {
  uploadRate: number;
  peers: number;
}

/**
 * The steps in which something was to be measured, the last `capacity` steps long: steps of nothing
 * are not kept, so that what is idle costs nothing. Grows as it is used, up to 12 bytes a step.
 */
export class SparseSeries {
  readonly #capacity: number;
  #steps = new Uint32Array(smallest);
  #rates = new Float32Array(smallest);
  #peers = new Float32Array(smallest);
  #first = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#count;
  }

  /** Adds a step, which must come after those before. */
  push(step: number, { uploadRate, peers }: Sample): void {
    this.forgetBefore(step - this.#capacity + 1);
    if (this.#count === this.#steps.length) this.#resize(this.#count * 2);
    const at = (this.#first + this.#count) % this.#steps.length;
    this.#steps[at] = step;
    this.#rates[at] = uploadRate;
    this.#peers[at] = peers;
    this.#count++;
  }

  /** Lets go of what was before a step. */
  forgetBefore(step: number): void {
    while (this.#count > 0 && (this.#steps[this.#first] ?? 0) < step) {
      this.#first = (this.#first + 1) % this.#steps.length;
      this.#count--;
    }
    const { length } = this.#steps;
    if (length > smallest && this.#count <= length / 4) this.#resize(length / 2);
  }

  /** Calls back for each step kept from `from` on, the oldest first. */
  forEachFrom(from: number, visit: (step: number, sample: Sample) => void): void {
    for (let index = 0; index < this.#count; index++) {
      const at = (this.#first + index) % this.#steps.length;
      const step = this.#steps[at] ?? 0;
      if (step < from) continue;
      visit(step, { uploadRate: this.#rates[at] ?? 0, peers: this.#peers[at] ?? 0 });
    }
  }

  #resize(length: number): void {
    const [steps, rates, peers] = [this.#steps, this.#rates, this.#peers];
    const moved = {
      steps: new Uint32Array(length),
      rates: new Float32Array(length),
      peers: new Float32Array(length),
    };
    for (let index = 0; index < this.#count; index++) {
      const at = (this.#first + index) % steps.length;
      moved.steps[index] = steps[at] ?? 0;
      moved.rates[index] = rates[at] ?? 0;
      moved.peers[index] = peers[at] ?? 0;
    }
    this.#steps = moved.steps;
    this.#rates = moved.rates;
    this.#peers = moved.peers;
    this.#first = 0;
  }
}
