import type { BinaryString } from '../binary-string.ts';
import { HashIndex, mostReferences } from './hash-index.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { noRun } from './peer-runs.ts';
import { wordAt } from './words.ts';

/** Words of a swarm, after those of its info hash. */
const fields = { run: 5, run6: 6, completed: 7, state: 8 } as const;
/** Whether a number is that of a swarm, and of one that is to stay when it has no peers. */
const states = { free: 0, swarm: 1, pinned: 2 } as const;
const infoHashWords = 5;
const wordsPerSwarm = 9;
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
  readonly #wanted = new Uint32Array(infoHashWords);

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
  find(infoHash: BinaryString): number {
    this.#read(infoHash);
    return this.#find();
  }

  /** The number of a swarm, which is made when it is not there. */
  findOrAdd(infoHash: BinaryString): number {
    this.#read(infoHash);
    const known = this.#find();
    if (known >= 0) return known;
    const swarm = this.#free.pop() ?? this.#used++;
    if (swarm >>> swarmsPerPageLog2 === this.#pages.length) {
      this.#pages.push(new Uint32Array(wordsPerSwarm << swarmsPerPageLog2));
    }
    const page = this.#pageOf(swarm);
    const at = placeOf(swarm);
    page.set(this.#wanted, at);
    page[at + fields.run] = noRun;
    page[at + fields.run6] = noRun;
    page[at + fields.completed] = 0;
    page[at + fields.state] = states.swarm;
    this.#index.add(this.#hashOf(page, at), swarm);
    return swarm;
  }

  remove(swarm: number): void {
    const page = this.#pageOf(swarm);
    const at = placeOf(swarm);
    this.#index.remove(this.#hashOf(page, at), swarm);
    page[at + fields.state] = states.free;
    this.#free.push(swarm);
  }

  /** Whether a number below `end` is that of a swarm. */
  has(swarm: number): boolean {
    return this.#get(swarm, fields.state) !== states.free;
  }

  isPinned(swarm: number): boolean {
    return this.#get(swarm, fields.state) === states.pinned;
  }

  /** Has a swarm stay when it has no peers. */
  pin(swarm: number): void {
    this.#set(swarm, fields.state, states.pinned);
  }

  infoHashOf(swarm: number): BinaryString {
    const page = this.#pageOf(swarm);
    return Buffer.from(page.buffer, placeOf(swarm) * 4, infoHashWords * 4).toString('latin1');
  }

  runOf(swarm: number): number {
    return this.#get(swarm, fields.run);
  }

  run6Of(swarm: number): number {
    return this.#get(swarm, fields.run6);
  }

  setRun(swarm: number, run: number): void {
    this.#set(swarm, fields.run, run);
  }

  setRun6(swarm: number, run: number): void {
    this.#set(swarm, fields.run6, run);
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

  #read(infoHash: BinaryString): void {
    for (let word = 0; word < infoHashWords; word++) {
      this.#wanted[word] = wordAt(infoHash, word * 4);
    }
  }

  #find(): number {
    const wanted = this.#wanted;
    const hash = this.#hashOf(wanted, 0);
    for (let swarm = this.#index.first(hash); swarm >= 0; swarm = this.#index.next()) {
      const page = this.#pageOf(swarm);
      const at = placeOf(swarm);
      let word = 0;
      while (word < infoHashWords && page[at + word] === wanted[word]) word++;
      if (word === infoHashWords) return swarm;
    }
    return -1;
  }

  #hashOf(words: Uint32Array, at: number): number {
    return this.#hash.ofWords(words, at, infoHashWords);
  }
}

function placeOf(swarm: number): number {
  return (swarm & pageMask) * wordsPerSwarm;
}
