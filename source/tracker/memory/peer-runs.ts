import type { BinaryString } from '../binary-string.ts';
import { HashIndex } from './hash-index.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { runSizes, sizeClassFor } from './run-sizes.ts';

/**
 * Where a peer stands in the run of its swarm. Those of one group stand together, in this order:
 * so whoever asks, all that are of use to it stand together too.
 */
export const groups = {
  worldSeed: 0,
  worldPartialSeed: 1,
  worldDownloader: 2,
  nearbyDownloader: 3,
  nearbyPartialSeed: 4,
  nearbySeed: 5,
  /** It stopped, and is remembered only as one whose download was counted. */
  gone: 6,
} as const;

const groupCount = 7;
export const peerIdWords = 5;

/** What is remembered of a peer besides where it stands. */
export const flags = {
  /** Its download is among those counted. */
  counted: 1,
  /** It is in the swarm with an address of the other family too, and counted there. */
  twin: 2,
} as const;

/** Words of what is known of a peer. */
const facts = {
  /** Second at which it was last heard, modulo 2^16, and its flags above. */
  heard: 0,
  /** Hash of peer id and key; 0 without a key. */
  tag: 1,
  /** Only where ids are kept. */
  peerId: 2,
} as const;
const flagsShift = 16;
const secondMask = 0xffff;

/** More peers than this do not fit into a run. */
export const mostPeersOfRun = 2 ** 20;

/** A swarm without peers of a family has no run of it. */
export const noRun = 0xffffffff;

const sizeClassShift = 25;
const numberMask = 2 ** sizeClassShift - 1;
/** How many peers the runs that are allocated together hold, unless one holds more. */
const peersPerBlock = 2048;
/** Runs that hold more are searched by an index. */
const mostScanned = 64;

/** Runs of one size, in arrays of their own for each property of a peer. */
interface Block {
  /** In compact form, in 16-bit words as they lie in memory. */
  endpoints: Uint16Array;
  /** What else is known of each, side by side: see `facts`. */
  facts: Uint32Array;
  // by run
  owners: Uint32Array;
  /** Where each group ends. */
  ends: Uint32Array;
}

/** The peers of one run, as they lie in memory. */
export interface RunDump {
  /** Where each group ends. */
  ends: Uint32Array;
  facts: Uint32Array;
  endpoints: Uint16Array;
}

interface SizeClass {
  size: number;
  /** How many runs a block holds, as a power of two. */
  runsPerBlockLog2: number;
  blocks: Block[];
  /** Runs in use; they have no gaps between them. */
  runs: number;
}

interface RunIndexes {
  byEndpoint: HashIndex;
  byTag: HashIndex;
}

interface PeerRunsOptions {
  /** 16-bit words of an endpoint: 3 or 9. */
  endpointWords: 3 | 9;
  keepPeerIds: boolean;
  hash: KeyedHash;
  /** A run is now called otherwise, or is no more (`noRun`). */
  onRenamed: (owner: number, run: number) => void;
}

/**
 * The peers of one address family, a run of them for each swarm. Runs of one size lie in blocks
 * without gaps, so that swarms that grow and shrink leave no holes: a run that is freed is filled
 * with the last one of its size.
 *
 * One run is open at a time: what reads and changes peers does so in that, by their position.
 */
export class PeerRuns {
  /** Put here the endpoint to look for or to add, in compact form. */
  readonly endpoint: Uint8Array;
  /** And here the peer id to add. */
  readonly peerId = new Uint32Array(peerIdWords);
  /** How many peers there are in all runs. */
  total = 0;

  readonly #words: number;
  /** Those of `endpoint`. */
  readonly #endpointWords: Uint16Array;
  readonly #keepPeerIds: boolean;
  readonly #factWords: number;
  readonly #hash: KeyedHash;
  readonly #onRenamed: PeerRunsOptions['onRenamed'];
  readonly #classes: SizeClass[];
  /** By owner, of those whose runs are long. */
  readonly #indexes = new Map<number, RunIndexes>();

  // the open run
  #run = noRun;
  #owner = -1;
  #size = 0;
  #block: Block = emptyBlock;
  /** Place of its first peer in the block, and of its first end. */
  #base = 0;
  #endsAt = 0;
  #index: RunIndexes | null = null;

  constructor(options: PeerRunsOptions) {
    this.#words = options.endpointWords;
    this.#endpointWords = new Uint16Array(options.endpointWords);
    this.endpoint = new Uint8Array(this.#endpointWords.buffer);
    this.#keepPeerIds = options.keepPeerIds;
    this.#factWords = facts.peerId + (options.keepPeerIds ? peerIdWords : 0);
    this.#hash = options.hash;
    this.#onRenamed = options.onRenamed;
    this.#classes = runSizes.map((size) => ({
      size,
      runsPerBlockLog2: Math.max(0, Math.floor(Math.log2(peersPerBlock / size))),
      blocks: [],
      runs: 0,
    }));
  }

  /** Opens a run, or what a swarm without one has: no peers. */
  open(run: number): void {
    // What is done to the open run moves others at most.
    if (run === this.#run) return;
    this.#run = run;
    if (run === noRun) {
      this.#owner = -1;
      this.#size = 0;
      this.#block = emptyBlock;
      this.#base = 0;
      this.#endsAt = 0;
      this.#index = null;
      return;
    }
    const sizeClass = this.#classes[run >>> sizeClassShift] as SizeClass;
    const number = run & numberMask;
    const log2 = sizeClass.runsPerBlockLog2;
    const inBlock = number & ((1 << log2) - 1);
    const block = sizeClass.blocks[number >>> log2] as Block;
    this.#size = sizeClass.size;
    this.#block = block;
    this.#base = inBlock * sizeClass.size;
    this.#endsAt = inBlock * groupCount;
    this.#owner = block.owners[inBlock] as number;
    this.#index = sizeClass.size > mostScanned ? (this.#indexes.get(this.#owner) ?? null) : null;
  }

  /** How many peers the open run holds, those gone and remembered among them. */
  get count(): number {
    return this.end(groups.gone);
  }

  /** How many peers a run holds that need not be the open one. */
  countOf(run: number): number {
    if (run === noRun) return 0;
    const { runsPerBlockLog2, blocks } = this.#classes[run >>> sizeClassShift] as SizeClass;
    const number = run & numberMask;
    const inBlock = number & ((1 << runsPerBlockLog2) - 1);
    const { ends } = blocks[number >>> runsPerBlockLog2] as Block;
    return ends[inBlock * groupCount + groups.gone] as number;
  }

  /** The position after the last peer of a group. */
  end(group: number): number {
    return this.#block.ends[this.#endsAt + group] as number;
  }

  groupOf(position: number): number {
    let group = 0;
    while (position >= this.end(group)) group++;
    return group;
  }

  heardAt(position: number): number {
    return this.#fact(position, facts.heard) & secondMask;
  }

  flagsOf(position: number): number {
    return this.#fact(position, facts.heard) >>> flagsShift;
  }

  /** Notes when a peer was heard, and its flags. */
  hear(position: number, second: number, flagsNow: number): void {
    const at = (this.#base + position) * this.#factWords;
    this.#block.facts[at + facts.heard] = (flagsNow << flagsShift) | second;
  }

  tagOf(position: number): number {
    return this.#fact(position, facts.tag);
  }

  /** What is known of the peers of the open run, as it lies in memory; copies. */
  dump(): RunDump {
    const { endpoints, facts, ends } = this.#block;
    const count = this.count;
    const words = (all: Uint32Array, at: number, length: number) => all.slice(at, at + length);
    const start = this.#base * this.#words;
    return {
      ends: words(ends, this.#endsAt, groupCount),
      facts: words(facts, this.#base * this.#factWords, count * this.#factWords),
      endpoints: endpoints.slice(start, start + count * this.#words),
    };
  }

  /** Takes the endpoint, the id and the tag of a peer of a dump, to be inserted; returns the tag. */
  readFrom({ endpoints, facts: all }: RunDump, position: number): number {
    const from = position * this.#words;
    for (let word = 0; word < this.#words; word++) {
      this.#endpointWords[word] = endpoints[from + word] as number;
    }
    const at = position * this.#factWords;
    if (this.#keepPeerIds) {
      for (let word = 0; word < peerIdWords; word++) {
        this.peerId[word] = all[at + facts.peerId + word] as number;
      }
    }
    return all[at + facts.tag] as number;
  }

  /** When a peer of a dump was heard, and its flags. */
  heardIn({ facts: all }: RunDump, position: number): { second: number; flags: number } {
    const heard = all[position * this.#factWords + facts.heard] as number;
    return { second: heard & secondMask, flags: heard >>> flagsShift };
  }

  /** How long the parts of a dump of so many peers are, in words of theirs. */
  dumpLengths(count: number): { ends: number; facts: number; endpoints: number } {
    return {
      ends: groupCount,
      facts: count * this.#factWords,
      endpoints: count * this.#words,
    };
  }

  /** Copies a peer's endpoint to `endpoint`. */
  readEndpoint(position: number): void {
    const { endpoints } = this.#block;
    const from = (this.#base + position) * this.#words;
    for (let word = 0; word < this.#words; word++)
      this.#endpointWords[word] = endpoints[from + word] as number;
  }

  /** The position of the peer at `endpoint`, or -1. */
  find(): number {
    const index = this.#index?.byEndpoint;
    if (index) {
      const hash = this.#hashOfWords(this.#endpointWords, 0);
      for (let position = index.first(hash); position >= 0; position = index.next()) {
        if (this.#isAt(position)) return position;
      }
      return -1;
    }
    const count = this.count;
    for (let position = 0; position < count; position++) {
      if (this.#isAt(position)) return position;
    }
    return -1;
  }

  /**
   * The position of a peer that has this tag, or -1; of the flags in `mask`, it has those of
   * `wanted` alone.
   */
  findTag(tag: number, mask = 0, wanted = 0): number {
    const isIt = (position: number): boolean =>
      this.tagOf(position) === tag && (this.flagsOf(position) & mask) === wanted;
    const index = this.#index?.byTag;
    if (index) {
      for (let position = index.first(tag); position >= 0; position = index.next()) {
        if (isIt(position)) return position;
      }
      return -1;
    }
    const count = this.count;
    for (let position = 0; position < count; position++) {
      if (isIt(position)) return position;
    }
    return -1;
  }

  /** Whether any peer has the address in `endpoint`, whatever its port. */
  hasAddress(): boolean {
    const { endpoints } = this.#block;
    const end = (this.#base + this.count) * this.#words;
    const last = this.#words - 1;
    for (let at = this.#base * this.#words; at < end; at += this.#words) {
      let word = 0;
      while (word < last && endpoints[at + word] === this.#endpointWords[word]) word++;
      if (word === last) return true;
    }
    return false;
  }

  /**
   * Adds the peer of `endpoint` and `peerId` to the open run, or, when none is open, to a new one
   * of this owner, and returns its position.
   */
  insert(owner: number, group: number, tag: number): number {
    if (this.#run === noRun) this.#openNew(owner, 0);
    else if (this.count === this.#size) this.#resize(this.count + 1);
    this.total++;
    const position = this.#makeHole(group);
    const at = this.#base + position;
    const block = this.#block;
    const words = this.#words;
    for (let word = 0; word < words; word++) {
      block.endpoints[at * words + word] = this.#endpointWords[word] as number;
    }
    block.facts[at * this.#factWords + facts.tag] = tag;
    this.#writePeerId(position);
    if (this.#index) {
      this.#index.byEndpoint.add(this.#hashAt(position), position);
      if (tag !== 0) this.#index.byTag.add(tag, position);
    } else if (this.#size > mostScanned) {
      this.#buildIndex();
    }
    return position;
  }

  /** Removes a peer; the one now at its position stood after it. The run may be no more then. */
  remove(position: number): void {
    this.total--;
    if (this.#index) {
      this.#index.byEndpoint.remove(this.#hashAt(position), position);
      const tag = this.tagOf(position);
      if (tag !== 0) this.#index.byTag.remove(tag, position);
    }
    this.#closeHole(position, this.groupOf(position));
    const count = this.count;
    if (count === 0) this.#free();
    // with some room left, so that one who comes and goes does not move the run each time
    else if (count < this.#size * 0.6) this.#resize(count + 1);
  }

  /** Gives a peer another id and tag: those in `peerId` and `tag`. */
  identify(position: number, tag: number): void {
    const before = this.tagOf(position);
    if (before !== tag) {
      this.#block.facts[(this.#base + position) * this.#factWords + facts.tag] = tag;
      if (this.#index && before !== 0) this.#index.byTag.remove(before, position);
      if (this.#index && tag !== 0) this.#index.byTag.add(tag, position);
    }
    this.#writePeerId(position);
  }

  /** Gives a peer another endpoint: the one in `endpoint`. */
  relocate(position: number): void {
    this.#index?.byEndpoint.remove(this.#hashAt(position), position);
    const at = (this.#base + position) * this.#words;
    for (let word = 0; word < this.#words; word++) {
      this.#block.endpoints[at + word] = this.#endpointWords[word] as number;
    }
    this.#index?.byEndpoint.add(this.#hashAt(position), position);
  }

  /** Moves a peer to another group, and returns its position there. */
  regroup(position: number, group: number): number {
    const from = this.groupOf(position);
    if (from === group) return position;
    const kept = this.#takeOut(position, from);
    const to = this.#makeHole(group);
    this.#putIn(to, kept);
    return to;
  }

  /**
   * Copies the endpoints of up to `want` random peers, of positions from `start` to before `end`
   * and without the one at `self` (or -1), into `into`, and their positions into `positions`.
   * Returns how many they are.
   */
  choose(
    start: number,
    end: number,
    self: number,
    want: number,
    random: () => number,
    into: Uint16Array,
    positions: Uint32Array,
  ): number {
    const isSelfIn = self >= start && self < end;
    const others = end - start - (isSelfIn ? 1 : 0);
    const count = want < others ? want : others;
    if (count <= 0) return 0;
    const { endpoints } = this.#block;
    const words = this.#words;
    // Steps of a length that has no common factor with their number come by all of them.
    const step = count === others ? 1 : coprimeStep(others, random) % others;
    let next = count === others ? 0 : Math.floor(random() * others);
    let to = 0;
    for (let chosen = 0; chosen < count; chosen++) {
      // the last one stands in for who asks
      const position = start + next === self ? end - 1 : start + next;
      positions[chosen] = position;
      let from = (this.#base + position) * words;
      for (let word = 0; word < words; word++) into[to++] = endpoints[from++] as number;
      next += step;
      if (next >= others) next -= others;
    }
    return count;
  }

  /** The id of a peer; null when ids are not kept. */
  peerIdOf(position: number): BinaryString | null {
    if (!this.#keepPeerIds) return null;
    const at = (this.#base + position) * this.#factWords + facts.peerId;
    return Buffer.from(this.#block.facts.buffer, at * 4, peerIdWords * 4).toString('latin1');
  }

  #isAt(position: number): boolean {
    const { endpoints } = this.#block;
    const endpoint = this.#endpointWords;
    const at = (this.#base + position) * this.#words;
    // the words that tell most come last: those of the port, and of a host in its network
    for (let word = this.#words - 1; word >= 0; word--) {
      if (endpoints[at + word] !== endpoint[word]) return false;
    }
    return true;
  }

  /** Whether a peer has the id in `peerId`, as far as ids are kept. */
  hasPeerId(position: number): boolean {
    if (!this.#keepPeerIds) return true;
    const at = (this.#base + position) * this.#factWords + facts.peerId;
    for (let word = 0; word < peerIdWords; word++) {
      if (this.#block.facts[at + word] !== this.peerId[word]) return false;
    }
    return true;
  }

  #fact(position: number, fact: number): number {
    return this.#block.facts[(this.#base + position) * this.#factWords + fact] as number;
  }

  #writePeerId(position: number): void {
    if (!this.#keepPeerIds) return;
    const at = (this.#base + position) * this.#factWords + facts.peerId;
    for (let word = 0; word < peerIdWords; word++) {
      this.#block.facts[at + word] = this.peerId[word] as number;
    }
  }

  #hashAt(position: number): number {
    return this.#hashOfWords(this.#block.endpoints, (this.#base + position) * this.#words);
  }

  #hashOfWords(words: Uint16Array, at: number): number {
    return this.#hash.ofWords(words, at, this.#words);
  }

  /** Makes a place at the end of a group, by moving one peer of each later group. */
  #makeHole(group: number): number {
    const { ends } = this.#block;
    let hole = this.count;
    for (let later = groups.gone; later > group; later--) {
      const start = this.end(later - 1);
      if (start !== hole) this.#move(start, hole);
      ends[this.#endsAt + later] = this.end(later) + 1;
      hole = start;
    }
    ends[this.#endsAt + group] = this.end(group) + 1;
    return hole;
  }

  #closeHole(position: number, group: number): void {
    const { ends } = this.#block;
    let hole = position;
    for (let later = group; later <= groups.gone; later++) {
      const last = this.end(later) - 1;
      if (last !== hole) this.#move(last, hole);
      ends[this.#endsAt + later] = last;
      hole = last;
    }
  }

  #move(from: number, to: number): void {
    if (this.#index) {
      this.#index.byEndpoint.replace(this.#hashAt(from), from, to);
      const tag = this.tagOf(from);
      if (tag !== 0) this.#index.byTag.replace(tag, from, to);
    }
    this.#copy(this.#block, this.#base + from, this.#block, this.#base + to, 1);
  }

  /** Copies so many peers; from and to are places in the blocks. */
  #copy(from: Block, fromAt: number, to: Block, toAt: number, count: number): void {
    copyWords(from.endpoints, fromAt, to.endpoints, toAt, count, this.#words);
    copyWords(from.facts, fromAt, to.facts, toAt, count, this.#factWords);
  }

  /** Removes a peer for a moment, and returns what it was. */
  #takeOut(position: number, group: number): Block {
    const kept = this.#hand;
    const indexed = this.#index;
    this.#copy(this.#block, this.#base + position, kept, 0, 1);
    if (indexed) {
      indexed.byEndpoint.remove(this.#hashAt(position), position);
      const tag = this.tagOf(position);
      if (tag !== 0) indexed.byTag.remove(tag, position);
    }
    this.#closeHole(position, group);
    return kept;
  }

  #putIn(position: number, kept: Block): void {
    this.#copy(kept, 0, this.#block, this.#base + position, 1);
    if (!this.#index) return;
    this.#index.byEndpoint.add(this.#hashAt(position), position);
    const tag = this.tagOf(position);
    if (tag !== 0) this.#index.byTag.add(tag, position);
  }

  get #hand(): Block {
    this.#handBlock ??= this.#newBlock(1, 1);
    return this.#handBlock;
  }
  #handBlock: Block | undefined;

  #openNew(owner: number, sizeClassAt: number): void {
    const sizeClass = this.#classes[sizeClassAt] as SizeClass;
    const number = sizeClass.runs++;
    const log2 = sizeClass.runsPerBlockLog2;
    if (number >>> log2 === sizeClass.blocks.length) {
      sizeClass.blocks.push(this.#newBlock(1 << log2, sizeClass.size));
    }
    const inBlock = number & ((1 << log2) - 1);
    const block = sizeClass.blocks[number >>> log2] as Block;
    block.owners[inBlock] = owner;
    block.ends.fill(0, inBlock * groupCount, (inBlock + 1) * groupCount);
    const run = ((sizeClassAt << sizeClassShift) | number) >>> 0;
    this.open(run);
    this.#onRenamed(owner, run);
  }

  #newBlock(runs: number, size: number): Block {
    const peers = runs * size;
    return {
      endpoints: new Uint16Array(peers * this.#words),
      facts: new Uint32Array(peers * this.#factWords),
      owners: new Uint32Array(runs),
      ends: new Uint32Array(runs * groupCount),
    };
  }

  /** Moves the open run to one that holds so many peers. */
  #resize(peers: number): void {
    const wanted = sizeClassFor(peers);
    const run = this.#run;
    if (run >>> sizeClassShift === wanted) return;
    const block = this.#block;
    const base = this.#base;
    const endsAt = this.#endsAt;
    const owner = this.#owner;
    const count = this.count;
    this.#openNew(owner, wanted);
    this.#copy(block, base, this.#block, this.#base, count);
    for (let group = 0; group < groupCount; group++) {
      this.#block.ends[this.#endsAt + group] = block.ends[endsAt + group] as number;
    }
    this.#release(run);
    if (this.#size <= mostScanned) {
      this.#indexes.delete(owner);
      this.#index = null;
    }
  }

  /** Frees the open run. */
  #free(): void {
    const run = this.#run;
    const owner = this.#owner;
    this.#release(run);
    this.#indexes.delete(owner);
    this.open(noRun);
    this.#onRenamed(owner, noRun);
  }

  /** Fills the place of a run with the last one of its size. */
  #release(run: number): void {
    const sizeClass = this.#classes[run >>> sizeClassShift] as SizeClass;
    const { size, runsPerBlockLog2: log2, blocks } = sizeClass;
    const mask = (1 << log2) - 1;
    const number = run & numberMask;
    const last = --sizeClass.runs;
    if (last !== number) {
      const from = blocks[last >>> log2] as Block;
      const to = blocks[number >>> log2] as Block;
      const fromRun = last & mask;
      const toRun = number & mask;
      const fromEnds = fromRun * groupCount;
      const owner = from.owners[fromRun] as number;
      const count = from.ends[fromEnds + groups.gone] as number;
      this.#copy(from, fromRun * size, to, toRun * size, count);
      for (let group = 0; group < groupCount; group++) {
        to.ends[toRun * groupCount + group] = from.ends[fromEnds + group] as number;
      }
      to.owners[toRun] = owner;
      this.#onRenamed(owner, run);
    }
    // one block is kept beyond the last, so that one who comes and goes does not make it each time
    if (last & mask) return;
    blocks.length = Math.min(blocks.length, (last >>> log2) + (log2 === 0 ? 0 : 1));
  }

  #buildIndex(): void {
    const byEndpoint = new HashIndex((position) => this.#hashAt(position));
    const byTag = new HashIndex((position) => this.tagOf(position));
    const count = this.count;
    for (let position = 0; position < count; position++) {
      byEndpoint.add(this.#hashAt(position), position);
      const tag = this.tagOf(position);
      if (tag !== 0) byTag.add(tag, position);
    }
    this.#index = { byEndpoint, byTag };
    this.#indexes.set(this.#owner, this.#index);
  }
}

const emptyBlock: Block = {
  endpoints: new Uint16Array(0),
  facts: new Uint32Array(0),
  owners: new Uint32Array(0),
  ends: new Uint32Array(groupCount),
};

/** Copies `count` things of so many words each; from and to are numbers of things. */
function copyWords<Words extends Uint16Array | Uint32Array>(
  from: Words,
  fromAt: number,
  to: Words,
  toAt: number,
  count: number,
  words: number,
): void {
  const start = fromAt * words;
  const end = start + count * words;
  let at = toAt * words;
  // Below this a call takes longer than the loop.
  if (end - start > 64) to.set(from.subarray(start, end), at);
  else for (let word = start; word < end; word++) to[at++] = from[word] as number;
}

/** Steps by which peers are chosen: short, since memory is read in lines of several peers. */
const steps = [1, 2, 3, 5, 7, 11];

/** A random step without a common factor with `total`. */
function coprimeStep(total: number, random: () => number): number {
  const step = steps[Math.floor(random() * steps.length)] as number;
  // all but 1 are primes
  return total % step === 0 ? 1 : step;
}
