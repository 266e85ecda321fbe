import type { BinaryString } from '../binary-string.ts';
import { idText, idWordCount, idWordsOf } from '../id-words.ts';
import { copyEndpoints, copyHalves, copyWords } from './copied-words.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { facts, flagsShift, type RunDump, secondMask } from './peer-facts.ts';
import { type GroupReaches, groupCount, groups, outermostOf, positionAt } from './peer-groups.ts';
import type { RandomStretches } from './random-stretches.ts';
import { kinds, positionLimit, RunIndex } from './run-index.ts';
import {
  copyDump,
  copyPeers,
  copySlots,
  dumpLengths,
  header,
  layoutsOf,
  type RunLayout,
  type RunPlace,
} from './run-layout.ts';
import { runSizes, sizeClassFor } from './run-sizes.ts';
import { noRun, RunSpace } from './run-space.ts';
import type { Slab, SlabPool } from './slab-pool.ts';

/** More peers than this do not fit into a run. */
export const mostPeersOfRun = Math.min(runSizes.at(-1) ?? 0, positionLimit) - 1;

interface PeerRunsOptions {
  /** 16-bit words of an endpoint: 3 or 9. */
  endpointHalves: 3 | 9;
  keepPeerIds: boolean;
  hash: KeyedHash;
  /** Where the memory of the runs is from. */
  slabs: SlabPool;
  /** A run is now called otherwise, or is no more (`noRun`). */
  onRenamed: (owner: number, run: number) => void;
}

/**
 * The peers of one address family, a run of them for each swarm: all that is known of them, side by
 * side in few lines of memory, without an object for any.
 *
 * One run is open at a time: what reads and changes peers does so in that, by their position, as
 * `groups` tells.
 */
export class PeerRuns implements GroupReaches {
  /** Put here the endpoint to look for or to add, in compact form. */
  readonly endpoint: Uint8Array;
  /** And here the peer id to add. */
  readonly peerId = idWordsOf();
  /** How many peers there are in all runs, those gone and remembered among them. */
  total = 0;
  /** How many of them are gone. */
  gone = 0;

  readonly #halves: number;
  /** Those of `endpoint`. */
  readonly #endpointHalves: Uint16Array;
  readonly #keepPeerIds: boolean;
  readonly #factWords: number;
  readonly #hash: KeyedHash;
  readonly #onRenamed: PeerRunsOptions['onRenamed'];
  readonly #layouts: readonly RunLayout[];
  readonly #space: RunSpace;
  readonly #index: RunIndex;
  /** A peer that is moved from one group to another. */
  readonly #hand: Slab;
  /** An endpoint that is hashed. */
  readonly #hashed: Slab;

  // the open run
  #run = noRun;
  #size = 0;
  #words: Uint32Array = noWords;
  #endpoints: Uint16Array = noHalves;
  #start = 0;
  /** Where its endpoints begin in `#endpoints`, and its facts in `#words`. */
  #endpointsAt = 0;
  #factsAt = 0;
  #isIndexed = false;

  constructor(options: PeerRunsOptions) {
    this.#halves = options.endpointHalves;
    this.#endpointHalves = new Uint16Array(options.endpointHalves);
    this.endpoint = new Uint8Array(this.#endpointHalves.buffer);
    this.#keepPeerIds = options.keepPeerIds;
    this.#factWords = facts.peerId + (options.keepPeerIds ? idWordCount : 0);
    this.#hash = options.hash;
    this.#onRenamed = options.onRenamed;
    this.#layouts = layoutsOf(this.#halves, this.#factWords);
    const lengths = this.#layouts.map(({ length }) => length);
    this.#space = new RunSpace(lengths, options.slabs, options.onRenamed);
    this.#index = new RunIndex((kind, position) =>
      kind === kinds.tag ? this.tagOf(position) : this.#hashAt(position),
    );
    this.#hand = {
      words: new Uint32Array(this.#factWords),
      halves: new Uint16Array(this.#halves),
    };
    const words = new Uint32Array(Math.ceil(this.#halves / 2));
    this.#hashed = { words, halves: new Uint16Array(words.buffer) };
  }

  /** Opens a run, or what a swarm without one has: no peers. */
  open(run: number): void {
    // What is done to the open run moves others at most.
    if (run === this.#run) return;
    this.#run = run;
    if (run === noRun) {
      this.#size = 0;
      this.#words = noWords;
      this.#endpoints = noHalves;
      this.#start = 0;
      this.#isIndexed = false;
      return;
    }
    const layout = this.#layouts[this.#space.sizeClassOf(run)] as RunLayout;
    const { words, halves } = this.#space.slabOf(run);
    const start = this.#space.startOf(run);
    this.#size = layout.size;
    this.#words = words;
    this.#endpoints = halves;
    this.#start = start;
    this.#endpointsAt = (start + header.length) * 2;
    this.#factsAt = start + layout.factsAt;
    this.#isIndexed = layout.slots > 0;
    if (this.#isIndexed) this.#index.open(words, start + layout.slotsAt, layout.slots);
  }

  /** How many peers the open run holds, those gone and remembered among them. */
  get count(): number {
    return this.reachOf(groups.nearbyDownloader) + this.reachOf(groups.gone);
  }

  /** How many peers a run holds that need not be the open one. */
  countOf(run: number): number {
    if (run === noRun) return 0;
    const { words } = this.#space.slabOf(run);
    const at = this.#space.startOf(run) + header.reaches;
    return (words[at + groups.nearbyDownloader] as number) + (words[at + groups.gone] as number);
  }

  reachOf(group: number): number {
    return this.#words[this.#start + header.reaches + group] as number;
  }

  /** The position of one of all, `n` of them: they are counted from the middle on, and then before it. */
  positionOf(n: number): number {
    const after = this.reachOf(groups.nearbyDownloader);
    return n < after ? n : after - n - 1;
  }

  groupOf(position: number): number {
    const reach = position < 0 ? -position : position + 1;
    let group: number = position < 0 ? groups.worldSeed : groups.worldDownloader;
    while (reach > this.reachOf(group)) group++;
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
    this.#words[this.#factAt(position) + facts.heard] = (flagsNow << flagsShift) | second;
  }

  tagOf(position: number): number {
    return this.#fact(position, facts.tag);
  }

  /** How many words a dump of the open run takes. */
  get dumpWords(): number {
    const { reaches, facts: ofFacts, endpoints } = this.dumpLengths(this.count);
    return reaches + ofFacts + Math.ceil(endpoints / 2);
  }

  /** Copies what is known of the peers of the open run, as it lies in memory, to the words from `at` on. */
  dumpTo(into: Slab, at: number): void {
    copyDump(this.#placeOf(this.#run), this.#halves, this.#factWords, into, at);
  }

  /** Takes the endpoint, the id and the tag of a peer of a dump, to be inserted; returns the tag. */
  readFrom({ endpoints, facts: all }: RunDump, n: number): number {
    copyHalves(endpoints, n * this.#halves, this.#endpointHalves, 0, this.#halves);
    const at = n * this.#factWords;
    if (this.#keepPeerIds) copyWords(all, at + facts.peerId, this.peerId, 0, idWordCount);
    return all[at + facts.tag] as number;
  }

  /** When a peer of a dump was heard, and its flags. */
  heardIn({ facts: all }: RunDump, n: number): { second: number; flags: number } {
    const heard = all[n * this.#factWords + facts.heard] as number;
    return { second: heard & secondMask, flags: heard >>> flagsShift };
  }

  /** How long the parts of a dump of so many peers are, in words of theirs. */
  dumpLengths(count: number): Record<keyof RunDump, number> {
    return dumpLengths(count, this.#halves, this.#factWords);
  }

  /** Copies a peer's endpoint to `endpoint`. */
  readEndpoint(position: number): void {
    copyHalves(this.#endpoints, this.#endpointAt(position), this.#endpointHalves, 0, this.#halves);
  }

  /** The position of the peer at `endpoint`; null when there is none. */
  find(): number | null {
    if (this.#isIndexed) {
      const index = this.#index;
      let isThere = index.first(this.#hashOf(this.#endpointHalves, 0), kinds.endpoint);
      for (; isThere; isThere = index.next()) if (this.#isAt(index.found)) return index.found;
      return null;
    }
    const end = this.reachOf(groups.nearbyDownloader);
    for (let at = -this.reachOf(groups.gone); at < end; at++) if (this.#isAt(at)) return at;
    return null;
  }

  /**
   * The position of a peer that has this tag, or null; of the flags in `mask`, it has those of
   * `wanted` alone.
   */
  findTag(tag: number, mask = 0, wanted = 0): number | null {
    const isIt = (position: number): boolean =>
      this.tagOf(position) === tag && (this.flagsOf(position) & mask) === wanted;
    if (this.#isIndexed) {
      const index = this.#index;
      for (let isThere = index.first(tag, kinds.tag); isThere; isThere = index.next()) {
        if (isIt(index.found)) return index.found;
      }
      return null;
    }
    const end = this.reachOf(groups.nearbyDownloader);
    for (let at = -this.reachOf(groups.gone); at < end; at++) if (isIt(at)) return at;
    return null;
  }

  /** Whether any peer has the address in `endpoint`, whatever its port. */
  hasAddress(): boolean {
    const last = this.#halves - 1;
    const end = this.reachOf(groups.nearbyDownloader);
    for (let position = -this.reachOf(groups.gone); position < end; position++) {
      const at = this.#endpointAt(position);
      let half = 0;
      while (half < last && this.#endpoints[at + half] === this.#endpointHalves[half]) half++;
      if (half === last) return true;
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
    if (group === groups.gone) this.gone++;
    const position = this.#makeHole(group);
    copyHalves(this.#endpointHalves, 0, this.#endpoints, this.#endpointAt(position), this.#halves);
    this.#words[this.#factAt(position) + facts.tag] = tag;
    this.#writePeerId(position);
    this.#addToIndex(position);
    return position;
  }

  /**
   * Removes a peer; the one now at its position stood further from the middle. The run may be no more
   * then.
   */
  remove(position: number): void {
    const group = this.groupOf(position);
    this.total--;
    if (group === groups.gone) this.gone--;
    this.#removeFromIndex(position);
    this.#closeHole(position, group);
    const count = this.count;
    if (count === 0) this.#free();
    // with some room left, so that one who comes and goes does not move the run each time
    else if (count < this.#size * 0.6) this.#resize(count + 1);
  }

  /** Gives a peer another id and tag: those in `peerId` and `tag`. */
  identify(position: number, tag: number): void {
    const before = this.tagOf(position);
    if (before !== tag) {
      if (this.#isIndexed && before !== 0) this.#index.remove(before, kinds.tag, position);
      this.#words[this.#factAt(position) + facts.tag] = tag;
      if (this.#isIndexed && tag !== 0) this.#index.add(tag, kinds.tag, position);
    }
    this.#writePeerId(position);
  }

  /** Gives a peer another endpoint: the one in `endpoint`. */
  relocate(position: number): void {
    if (this.#isIndexed) this.#index.remove(this.#hashAt(position), kinds.endpoint, position);
    copyHalves(this.#endpointHalves, 0, this.#endpoints, this.#endpointAt(position), this.#halves);
    if (this.#isIndexed) this.#index.add(this.#hashAt(position), kinds.endpoint, position);
  }

  /** Moves a peer to another group, and returns its position there. */
  regroup(position: number, group: number): number {
    const from = this.groupOf(position);
    if (from === group) return position;
    if (group === groups.gone) this.gone++;
    if (from === groups.gone) this.gone--;
    const { words, halves } = this.#hand;
    this.#removeFromIndex(position);
    copyHalves(this.#endpoints, this.#endpointAt(position), halves, 0, this.#halves);
    copyWords(this.#words, this.#factAt(position), words, 0, this.#factWords);
    this.#closeHole(position, from);
    const to = this.#makeHole(group);
    copyHalves(halves, 0, this.#endpoints, this.#endpointAt(to), this.#halves);
    copyWords(words, 0, this.#words, this.#factAt(to), this.#factWords);
    this.#addToIndex(to);
    return to;
  }

  /**
   * Copies the endpoints of the peers in these stretches of positions into `into`, and their positions
   * into `chosen`.
   */
  copyStretches({ bounds, length }: RandomStretches, into: Uint16Array, chosen: Int32Array): void {
    let n = 0;
    for (let at = 0; at < length; at += 2) {
      const first = bounds[at] as number;
      const end = bounds[at + 1] as number;
      const halves = (end - first) * this.#halves;
      copyEndpoints(this.#endpoints, this.#endpointAt(first), into, n * this.#halves, halves);
      for (let position = first; position < end; position++) chosen[n++] = position;
    }
  }

  /** The id of a peer; null when ids are not kept. */
  peerIdOf(position: number): BinaryString | null {
    if (!this.#keepPeerIds) return null;
    return idText(this.#words, this.#factAt(position) + facts.peerId);
  }

  /** Whether a peer has the id in `peerId`, as far as ids are kept. */
  hasPeerId(position: number): boolean {
    if (!this.#keepPeerIds) return true;
    const at = this.#factAt(position) + facts.peerId;
    for (let word = 0; word < idWordCount; word++) {
      if (this.#words[at + word] !== this.peerId[word]) return false;
    }
    return true;
  }

  #isAt(position: number): boolean {
    const endpoints = this.#endpoints;
    const endpoint = this.#endpointHalves;
    const at = this.#endpointAt(position);
    // the words that tell most come last: those of the port, and of a host in its network
    for (let half = this.#halves - 1; half >= 0; half--) {
      if (endpoints[at + half] !== endpoint[half]) return false;
    }
    return true;
  }

  /** Those before the middle stand at the end of the run's room, so that all can become more. */
  #nthOf(position: number): number {
    return position < 0 ? position + this.#size : position;
  }

  #endpointAt(position: number): number {
    return this.#endpointsAt + this.#nthOf(position) * this.#halves;
  }

  #factAt(position: number): number {
    return this.#factsAt + this.#nthOf(position) * this.#factWords;
  }

  #fact(position: number, fact: number): number {
    return this.#words[this.#factAt(position) + fact] as number;
  }

  #writePeerId(position: number): void {
    if (!this.#keepPeerIds) return;
    copyWords(this.peerId, 0, this.#words, this.#factAt(position) + facts.peerId, idWordCount);
  }

  #hashAt(position: number): number {
    return this.#hashOf(this.#endpoints, this.#endpointAt(position));
  }

  #hashOf(halves: Uint16Array, at: number): number {
    copyHalves(halves, at, this.#hashed.halves, 0, this.#halves);
    const { words } = this.#hashed;
    return this.#hash.ofWords(words, 0, words.length);
  }

  #addToIndex(position: number): void {
    if (!this.#isIndexed) return;
    this.#index.add(this.#hashAt(position), kinds.endpoint, position);
    const tag = this.tagOf(position);
    if (tag !== 0) this.#index.add(tag, kinds.tag, position);
  }

  #removeFromIndex(position: number): void {
    if (!this.#isIndexed) return;
    this.#index.remove(this.#hashAt(position), kinds.endpoint, position);
    const tag = this.tagOf(position);
    if (tag !== 0) this.#index.remove(tag, kinds.tag, position);
  }

  /** Makes a place at the end of a group, by moving one peer of each group further out. */
  #makeHole(group: number): number {
    const outermost = outermostOf(group);
    let hole = this.reachOf(outermost) + 1;
    for (let further = outermost; further > group; further--) {
      const first = this.reachOf(further - 1) + 1;
      if (first !== hole) this.#move(first, hole, group);
      this.#setReach(further, this.reachOf(further) + 1);
      hole = first;
    }
    this.#setReach(group, this.reachOf(group) + 1);
    return positionAt(hole, group);
  }

  #closeHole(position: number, group: number): void {
    const outermost = outermostOf(group);
    let hole = position < 0 ? -position : position + 1;
    for (let further = group; further <= outermost; further++) {
      const last = this.reachOf(further);
      if (last !== hole) this.#move(last, hole, group);
      this.#setReach(further, last - 1);
      hole = last;
    }
  }

  #setReach(group: number, reach: number): void {
    this.#words[this.#start + header.reaches + group] = reach;
  }

  /** Moves a peer on the side of a group from one distance of the middle to another. */
  #move(fromReach: number, toReach: number, group: number): void {
    const from = positionAt(fromReach, group);
    const to = positionAt(toReach, group);
    if (this.#isIndexed) {
      this.#index.replace(this.#hashAt(from), kinds.endpoint, from, to);
      const tag = this.tagOf(from);
      if (tag !== 0) this.#index.replace(tag, kinds.tag, from, to);
    }
    const endpoints = this.#endpoints;
    copyHalves(endpoints, this.#endpointAt(from), endpoints, this.#endpointAt(to), this.#halves);
    copyWords(this.#words, this.#factAt(from), this.#words, this.#factAt(to), this.#factWords);
  }

  #openNew(owner: number, sizeClass: number): void {
    const run = this.#space.allocate(sizeClass, owner);
    this.open(run);
    const { reaches } = header;
    this.#words.fill(0, this.#start + reaches, this.#start + reaches + groupCount);
  }

  /** Moves the open run to one that holds so many peers. */
  #resize(peers: number): void {
    const wanted = sizeClassFor(peers);
    const run = this.#run;
    if (this.#space.sizeClassOf(run) === wanted) return;
    const before = this.#placeOf(run);
    this.#openNew(before.words[before.start + header.owner] as number, wanted);
    const now = this.#placeOf(this.#run);
    copyPeers(before, now, this.#halves, this.#factWords);
    // positions stay what they are
    if (now.layout.slots === before.layout.slots) copySlots(before, now);
    else if (this.#isIndexed) this.#buildIndex();
    this.#space.release(run);
  }

  #buildIndex(): void {
    this.#index.clear();
    const end = this.reachOf(groups.nearbyDownloader);
    for (let at = -this.reachOf(groups.gone); at < end; at++) this.#addToIndex(at);
  }

  #placeOf(run: number): RunPlace {
    const layout = this.#layouts[this.#space.sizeClassOf(run)] as RunLayout;
    return { ...this.#space.slabOf(run), start: this.#space.startOf(run), layout };
  }

  /** Frees the open run. */
  #free(): void {
    const run = this.#run;
    const owner = this.#words[this.#start + header.owner] as number;
    this.open(noRun);
    this.#space.release(run);
    this.#onRenamed(owner, noRun);
  }
}

/** An owner and reaches of nobody. */
const noWords = new Uint32Array(header.length);
const noHalves = new Uint16Array(0);
