import type { BinaryString } from '../binary-string.ts';
import { type IdWords, idText, idWordCount } from '../id-words.ts';
import { copyWords } from './copied-words.ts';
import { HashIndex, mostReferences } from './hash-index.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { noRun } from './run-space.ts';

/** Words of a swarm, after those of its info hash; `run` is two, by family. */
const fields = { run: 5, completed: 7, marks: 8 } as const;
const wordsPerSwarm = 9;

/** A swarm has a run of peers of each. */
export const families = { ipv4: 0, ipv6: 1 } as const;
export type Family = (typeof families)[keyof typeof families];

/** What is noted of a swarm. */
export const marks = {
  /** The number is that of a swarm. */
  used: 1,
  /** It is to stay when it has no peers. */
  pinned: 2,
  /** Somebody is there: not only peers that stopped and are remembered for their download. */
  inhabited: 4,
  /** Its counts changed, which nobody was told yet. */
  changed: 8,
} as const;
const swarmsPerPageLog2 = 10;
const pageMask = 2 ** swarmsPerPageLog2 - 1;

/** What a swarm is besides its peers, found by its info hash. A swarm is known by a number. */
export class SwarmTable {
  readonly #hash: KeyedHash;
  readonly #pages: Uint32Array[] = [];
  readonly #index: HashIndex;
  /** Numbers that are free again. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(hash: KeyedHash) {
    this.#hash = hash;
    this.#index = new HashIndex((swarm) => {
      const at = placeOf(swarm);
      return this.#hashOf(this.#pageOf(swarm), at);
    });
  }

  /** All numbers are below this one; those between may be free. */
  get end(): number {
    return this.#used;
  }

  /** Whether there is no number for one more. */
  get isFull(): boolean {
    return this.#free.length === 0 && this.#used === mostReferences;
  }

  /** How many swarms there are. */
  get count(): number {
    return this.#used - this.#free.length;
  }

  /** The number of a swarm, or -1. */
  find(infoHash: IdWords): number {
    const hash = this.#hashOf(infoHash, 0);
    for (let swarm = this.#index.first(hash); swarm >= 0; swarm = this.#index.next()) {
      const page = this.#pageOf(swarm);
      const at = placeOf(swarm);
      let word = 0;
      while (word < idWordCount && page[at + word] === infoHash[word]) word++;
      if (word === idWordCount) return swarm;
    }
    return -1;
  }

  /** Makes a swarm that is not there yet, and returns its number. */
  add(infoHash: IdWords): number {
    const swarm = this.#free.pop() ?? this.#used++;
    if (swarm >>> swarmsPerPageLog2 === this.#pages.length) {
      this.#pages.push(new Uint32Array(wordsPerSwarm << swarmsPerPageLog2));
    }
    const page = this.#pageOf(swarm);
    const at = placeOf(swarm);
    page.set(infoHash, at);
    page[at + fields.run + families.ipv4] = noRun;
    page[at + fields.run + families.ipv6] = noRun;
    page[at + fields.completed] = 0;
    page[at + fields.marks] = marks.used;
    this.#index.add(this.#hashOf(page, at), swarm);
    return swarm;
  }

  remove(swarm: number): void {
    const page = this.#pageOf(swarm);
    const at = placeOf(swarm);
    this.#index.remove(this.#hashOf(page, at), swarm);
    page[at + fields.marks] = 0;
    this.#free.push(swarm);
  }

  /** Whether a swarm is marked so; with a number below `end` that is free, it is not. */
  is(mark: number, swarm: number): boolean {
    return (this.#get(swarm, fields.marks) & mark) !== 0;
  }

  mark(swarm: number, mark: number): void {
    this.#set(swarm, fields.marks, this.#get(swarm, fields.marks) | mark);
  }

  unmark(swarm: number, mark: number): void {
    this.#set(swarm, fields.marks, this.#get(swarm, fields.marks) & ~mark);
  }

  copyInfoHash(swarm: number, into: Uint32Array, at: number): void {
    copyWords(this.#pageOf(swarm), placeOf(swarm), into, at, idWordCount);
  }

  infoHashOf(swarm: number): BinaryString {
    return idText(this.#pageOf(swarm), placeOf(swarm));
  }

  runOf(swarm: number, family: Family): number {
    return this.#get(swarm, fields.run + family);
  }

  setRun(swarm: number, family: Family, run: number): void {
    this.#set(swarm, fields.run + family, run);
  }

  completedOf(swarm: number): number {
    return this.#get(swarm, fields.completed);
  }

  setCompleted(swarm: number, completed: number): void {
    this.#set(swarm, fields.completed, completed);
  }

  #get(swarm: number, field: number): number {
    return this.#pageOf(swarm)[placeOf(swarm) + field] as number;
  }

  #set(swarm: number, field: number, value: number): void {
    this.#pageOf(swarm)[placeOf(swarm) + field] = value;
  }

  #pageOf(swarm: number): Uint32Array {
    return this.#pages[swarm >>> swarmsPerPageLog2] as Uint32Array;
  }

  #hashOf(words: Uint32Array, at: number): number {
    return this.#hash.ofWords(words, at, idWordCount);
  }
}

function placeOf(swarm: number): number {
  return (swarm & pageMask) * wordsPerSwarm;
}
