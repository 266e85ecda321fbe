import type { FaultKind, FileFault } from './file-fault.ts';

/** Faults as one sentence: how many files, and one of them by name. */
export class FaultSummary {
  readonly #first: FileFault;
  #count = 1;
  #sameKind = true;

  constructor(first: FileFault) {
    this.#first = first;
  }

  /** Counts further files, which cannot be served for such a reason. */
  add(kind: FaultKind, count = 1): void {
    this.#count += count;
    if (kind !== this.#first.kind) this.#sameKind = false;
  }

  /** How many files. */
  get count(): number {
    return this.#count;
  }

  /** The file that is named. */
  get path(): string {
    return this.#first.path;
  }

  get text(): string {
    const { path, kind, problem, message } = this.#first;
    if (this.#count === 1) return message;
    const files = `${this.#count.toLocaleString('en-US')} files`;
    if (!this.#sameKind) return `${files} cannot be served, such as ${path}, which ${problem}`;
    return `${files} ${pluralOf[kind]}, such as ${path}`;
  }
}

const pluralOf = {
  missing: 'are missing',
  changed: 'were changed after they were published',
  replaced: 'were replaced by others of their size and time',
  unreadable: 'cannot be read',
} as const;
