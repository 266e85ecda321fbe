import { crc32 } from 'node:zlib';
import type { Role, SwarmCounts } from '../announce.ts';
import type { BinaryString } from '../binary-string.ts';
import { isNearby } from '../ip-address.ts';
import { PeerList } from '../peer-list.ts';
import type {
  Announced,
  Announcement,
  StoredCounts,
  SwarmStore,
  SwarmStoreOptions,
} from '../swarm-store.ts';
import { AddressShares } from './address-shares.ts';
import { KeyedHash } from './keyed-hash.ts';
import { flags, groups, mostPeersOfRun, noRun, PeerRuns, peerIdWords } from './peer-runs.ts';
import {
  type DumpEntry,
  decodeDump,
  encodeBeginning,
  encodeEnd,
  encodeEntry,
} from './swarm-dump.ts';
import { SwarmTable } from './swarm-table.ts';
import { wordAt } from './words.ts';

/** A swarm's guests, and those of its peers that are counted in the other family: by role. */
interface Extras {
  guests: SwarmCounts;
  twins: Record<Role, number>;
}

type Group = (typeof groups)[keyof typeof groups];

const roleOfGroup: readonly (Role | null)[] = [
  'seed',
  'partialSeed',
  'downloader',
  'downloader',
  'partialSeed',
  'seed',
  null,
];
/** Whether a stranger's completed download is to be believed takes a look at all peers of a swarm. */
const lookedThrough = {
  /** So many are always looked through. */
  always: 4096,
  /** In a second, of larger swarms: some milliseconds' work. Beyond it strangers are not believed. */
  perSecond: 4_000_000,
};
/** In this time everybody is looked at once, if it is not too much at once. */
const roundMs = 30_000;
/** What may be done at once while sweeping: about 2 ms of work. */
const mostEffort = 40_000;
const leastEffort = 4_000;
/** Bytes of a dump that are put together at once: less than a millisecond's work. */
const dumpedAtOnce = 128 * 1024;
const effort = { swarm: 8, removal: 40 };

/**
 * Swarms in memory: in a few large arrays, which the garbage collector does not look into. A peer
 * takes 34 bytes with its id and key (IPv4), and what a swarm takes is shared by its peers.
 */
export function createMemoryStore(options: SwarmStoreOptions): SwarmStore {
  return new MemoryStore(options);
}

class MemoryStore implements SwarmStore {
  readonly #options: SwarmStoreOptions;
  readonly #lifetimeSeconds: number;
  readonly #table: SwarmTable;
  readonly #runs: PeerRuns;
  readonly #runs6: PeerRuns;
  readonly #shares: AddressShares;
  readonly #tagHash: KeyedHash;
  readonly #tagWords = new Uint32Array(peerIdWords + 1);
  /** By swarm; only of those that have any. */
  readonly #extras = new Map<number, Extras>();
  readonly #counts: StoredCounts = { seeds: 0, leechers: 0, partialSeeds: 0, completed: 0 };
  readonly #announced: { -readonly [Key in keyof Announced]: Announced[Key] };
  /** Downloads completed since they were taken, of swarms that are not pinned. */
  #completed = new Map<BinaryString, number>();
  /** Swarms without peers, kept for their count of completed downloads. */
  #empty = 0;
  #guests = 0;
  // how many peers of large swarms were looked through, in the last second in which any were
  #lookedAt = -1;
  #lookedThrough = 0;
  // where the sweep is
  #sweptAt: number;
  #sweptSwarm = 0;
  #sweptFamily: 4 | 6 = 4;
  #sweptPosition = -1;

  constructor(options: SwarmStoreOptions) {
    this.#options = options;
    const { random, keepPeerIds, limits } = options;
    this.#lifetimeSeconds = Math.ceil(options.lifetimeMs / 1000);
    this.#table = new SwarmTable(new KeyedHash(random));
    this.#runs = new PeerRuns({
      endpointWords: 3,
      keepPeerIds,
      hash: new KeyedHash(random),
      onRenamed: (swarm, run) => this.#table.setRun(swarm, run),
    });
    this.#runs6 = new PeerRuns({
      endpointWords: 9,
      keepPeerIds,
      hash: new KeyedHash(random),
      onRenamed: (swarm, run) => this.#table.setRun6(swarm, run),
    });
    this.#shares = new AddressShares(limits, random);
    this.#tagHash = new KeyedHash(random);
    this.#announced = {
      counts: this.#counts,
      peers: new PeerList(6, (position) => this.#runs.peerIdOf(position)),
      peers6: new PeerList(18, (position) => this.#runs6.peerIdOf(position)),
      finished: false,
      sinceBefore: null,
    };
    this.#sweptAt = options.now();
  }

  announce(announcement: Announcement): Announced {
    const { infoHash, event } = announcement;
    const isIpv4 = announcement.address.length === 4;
    const isNear = isNearby(announcement.address);
    const runs = isIpv4 ? this.#runs : this.#runs6;
    const second = this.#second();
    const announced = this.#announced;

    let swarm = this.#table.find(infoHash);
    runs.open(swarm < 0 ? noRun : this.#runOf(swarm, isIpv4));
    writeEndpoint(announcement, runs.endpoint);
    const tag = this.#identify(announcement, runs.peerId);
    let position = runs.find();
    // With the same id and key from another endpoint it has moved.
    const moved = position < 0 && tag !== 0 ? runs.findTag(tag) : -1;
    const hasMoved = moved >= 0 && runs.hasPeerId(moved);
    if (hasMoved) position = moved;

    const isKnown = position >= 0;
    const groupBefore = isKnown ? runs.groupOf(position) : groups.gone;
    const roleBefore = roleOfGroup[groupBefore] ?? null;
    const flagsBefore = isKnown ? runs.flagsOf(position) : 0;
    const countedBefore = (flagsBefore & flags.counted) !== 0;
    const wasTwin = (flagsBefore & flags.twin) !== 0;
    const sinceBefore =
      isKnown && roleBefore !== null ? ((second - runs.heardAt(position)) & 0xffff) * 1000 : null;

    const stopped = event === 'stopped';
    // A completion is believed of who was seen without all of it; and, since the announce that
    // told so may be lost, of a stranger who is the only one at its address.
    const finishes =
      announcement.role === 'seed' &&
      ((event === 'completed' && (isKnown ? isLeecher(roleBefore) : !this.#isAddressIn(runs))) ||
        // Clients that are told not to seed go from downloading to stopped with nothing left.
        (stopped && roleBefore === 'downloader'));
    const counted = countedBefore || finishes;
    // Who stops is forgotten, but for its download: it is not to be counted a second time.
    const kept = stopped
      ? counted
      : !announcement.unlisted && (isKnown || this.#hasRoom(swarm, runs, isIpv4));
    const group = stopped ? groups.gone : groupFor(announcement.role, isNear);
    const finished = kept && finishes && !countedBefore;

    if (isKnown && !kept) {
      this.#remove(swarm, runs, isIpv4, position);
      position = -1;
    } else if (kept) {
      if (hasMoved) this.#relocate(announcement, swarm, runs, isIpv4, position);
      if (!isKnown) {
        if (swarm < 0 || this.#isEmpty(swarm)) swarm = this.#take(infoHash);
        position = runs.insert(swarm, group, tag);
        this.#shares.choose(swarm, runs.endpoint, isIpv4);
        this.#shares.add(1);
      } else {
        const tagBefore = runs.tagOf(position);
        if (wasTwin) this.#countTwin(swarm, groupBefore, -1);
        else if (stopped || tagBefore !== tag) this.#dissolveTwin(swarm, isIpv4, tagBefore);
        runs.identify(position, tag);
        position = runs.regroup(position, group);
      }
      const isTwin = !stopped && tag !== 0 && this.#hasTwin(swarm, isIpv4, tag, runs.peerId);
      if (isTwin) this.#countTwin(swarm, group, 1);
      const flagsNow = (counted ? flags.counted : 0) | (isTwin ? flags.twin : 0);
      runs.hear(position, second, flagsNow);
    }
    if (finished) this.#complete(swarm, infoHash);

    this.#choose(announcement, isNear, swarm, position);
    this.#readCounts(swarm, runs);
    announced.finished = finished;
    announced.sinceBefore = sinceBefore;
    if (finished || (kept ? group !== groupBefore : isKnown))
      this.#options.onCountsChanged(infoHash);
    return announced;
  }

  counts(infoHash: BinaryString): StoredCounts {
    this.#readCounts(this.#table.find(infoHash));
    return { ...this.#counts };
  }

  setGuests(infoHash: BinaryString, guests: SwarmCounts): void {
    const isNone = guests.seeds + guests.leechers === 0;
    if (isNone && this.#table.find(infoHash) < 0) return;
    const swarm = this.#take(infoHash);
    const extras = this.#extrasOf(swarm);
    this.#guests += guests.seeds + guests.leechers - extras.guests.seeds - extras.guests.leechers;
    extras.guests = { ...guests };
    this.#dropExtras(swarm, extras);
    this.#freeWhenEmpty(swarm);
    this.#options.onCountsChanged(infoHash);
  }

  addCompleted(infoHash: BinaryString): void {
    const swarm = this.#take(infoHash);
    this.#complete(swarm, infoHash);
    this.#freeWhenEmpty(swarm);
    this.#options.onCountsChanged(infoHash);
  }

  setCompleted(infoHash: BinaryString, completed: number): void {
    const swarm = this.#take(infoHash);
    this.#table.setCompleted(swarm, completed);
    this.#table.pin(swarm);
    this.#freeWhenEmpty(swarm);
  }

  takeCompleted(): ReadonlyMap<BinaryString, number> {
    const taken = this.#completed;
    this.#completed = new Map();
    return taken;
  }

  restoreCompleted(infoHash: BinaryString, completed: number): void {
    const swarm = this.#take(infoHash);
    if (!this.#table.isPinned(swarm)) this.#table.setCompleted(swarm, completed);
    this.#freeWhenEmpty(swarm);
  }

  *dump(wallSeconds: number): Generator<Buffer> {
    let checksum = 0;
    const passed = (piece: Buffer): Buffer => {
      checksum = crc32(piece, checksum);
      return piece;
    };
    const { keepPeerIds } = this.#options;
    const tagKey = this.#tagHash.key;
    yield passed(encodeBeginning({ writtenAt: wallSeconds, keepsPeerIds: keepPeerIds, tagKey }));
    let pieces: Buffer[] = [];
    let length = 0;
    for (let swarm = 0; swarm < this.#table.end; swarm++) {
      if (!this.#table.has(swarm)) continue;
      for (const family of [4, 6] as const) {
        const runs = family === 4 ? this.#runs : this.#runs6;
        const run = this.#runOf(swarm, family === 4);
        if (run === noRun) continue;
        runs.open(run);
        const infoHash = this.#table.infoHashOf(swarm);
        pieces.push(encodeEntry({ family, infoHash, second: this.#second(), ...runs.dump() }));
        length += pieces.at(-1)?.length ?? 0;
      }
      if (length < dumpedAtOnce) continue;
      yield passed(Buffer.concat(pieces));
      pieces = [];
      length = 0;
    }
    yield passed(Buffer.concat(pieces));
    yield encodeEnd(checksum);
  }

  restore(dump: Uint8Array, wallSeconds: number): void {
    const lengthsOf = (family: 4 | 6, count: number) =>
      (family === 4 ? this.#runs : this.#runs6).dumpLengths(count);
    let elapsed = 0;
    for (const part of decodeDump(dump, lengthsOf)) {
      if ('family' in part) {
        this.#restoreRun(part, elapsed);
        continue;
      }
      if (part.keepsPeerIds !== this.#options.keepPeerIds) return;
      elapsed = Math.max(0, wallSeconds - part.writtenAt);
      this.#tagHash.key = part.tagKey;
    }
  }

  forget(infoHash: BinaryString): void {
    const swarm = this.#table.find(infoHash);
    if (swarm < 0) return;
    if (this.#isEmpty(swarm)) this.#empty--;
    for (const isIpv4 of [true, false]) {
      const runs = isIpv4 ? this.#runs : this.#runs6;
      runs.open(this.#runOf(swarm, isIpv4));
      while (runs.count > 0) this.#uncount(swarm, runs, isIpv4, runs.count - 1);
    }
    const guests = this.#extras.get(swarm)?.guests;
    if (guests) this.#guests -= guests.seeds + guests.leechers;
    this.#extras.delete(swarm);
    this.#table.remove(swarm);
  }

  sweep(): void {
    const now = this.#options.now();
    const sinceMs = now - this.#sweptAt;
    const all = this.#runs.total + this.#runs6.total + effort.swarm * 2 * this.#table.end;
    let left = Math.min(mostEffort, Math.max(leastEffort, (all * sinceMs) / roundMs));
    this.#sweptAt = now;
    // not further than around once
    for (let swarms = this.#table.end * 2 + 1; swarms > 0 && left > 0; swarms--) {
      left -= this.#sweepRun(left);
    }
  }

  get totals() {
    return {
      swarms: this.#table.count - this.#empty,
      known: this.#table.count,
      peers: this.#runs.total,
      peers6: this.#runs6.total,
      guests: this.#guests,
    };
  }

  /** Looks at the peers of one family of one swarm, as far as it may; returns the effort it took. */
  #sweepRun(most: number): number {
    if (this.#sweptSwarm >= this.#table.end) this.#sweptSwarm = 0;
    const swarm = this.#sweptSwarm;
    const isIpv4 = this.#sweptFamily === 4;
    let spent = effort.swarm;
    const isSwarm = swarm < this.#table.end && this.#table.has(swarm);
    const run = isSwarm ? this.#runOf(swarm, isIpv4) : noRun;
    if (run !== noRun) {
      const runs = isIpv4 ? this.#runs : this.#runs6;
      const second = this.#second();
      runs.open(run);
      const last = runs.count - 1;
      const from = this.#sweptPosition < 0 ? last : Math.min(this.#sweptPosition, last);
      let position = from;
      let hasChanged = false;
      // Backwards: what takes the place of one that is removed comes from behind.
      for (; position >= 0 && spent < most; position--) {
        spent++;
        const silence = (second - runs.heardAt(position)) & 0xffff;
        if (silence < this.#lifetimeSeconds) continue;
        spent += effort.removal;
        if (runs.groupOf(position) !== groups.gone) hasChanged = true;
        this.#uncount(swarm, runs, isIpv4, position);
      }
      if (hasChanged) this.#options.onCountsChanged(this.#table.infoHashOf(swarm));
      this.#freeWhenEmpty(swarm);
      if (position >= 0) {
        this.#sweptPosition = position;
        return spent;
      }
    }
    this.#sweptPosition = -1;
    this.#sweptFamily = isIpv4 ? 6 : 4;
    if (!isIpv4) this.#sweptSwarm++;
    return spent;
  }

  /** Takes in those peers of a dumped run that are not known, nor silent for too long by now. */
  #restoreRun(dumped: DumpEntry, elapsedSeconds: number): void {
    const isIpv4 = dumped.family === 4;
    const runs = isIpv4 ? this.#runs : this.#runs6;
    const now = this.#second();
    let group = 0;
    let swarm = this.#table.find(dumped.infoHash);
    const count = dumped.ends.at(-1) ?? 0;
    for (let position = 0; position < count; position++) {
      while (position >= (dumped.ends[group] ?? count)) group++;
      const { second, flags: flagsThen } = runs.heardIn(dumped, position);
      const silence = ((dumped.second - second) & 0xffff) + elapsedSeconds;
      if (silence >= this.#lifetimeSeconds) continue;
      runs.open(swarm < 0 ? noRun : this.#runOf(swarm, isIpv4));
      const tag = runs.readFrom(dumped, position);
      if (runs.find() >= 0 || !this.#hasRoom(swarm, runs, isIpv4)) continue;
      swarm = this.#take(dumped.infoHash);
      const at = runs.insert(swarm, group, tag);
      this.#shares.choose(swarm, runs.endpoint, isIpv4);
      this.#shares.add(1);
      const isTwin = (flagsThen & flags.twin) !== 0 && group !== groups.gone;
      if (isTwin) this.#countTwin(swarm, group, 1);
      const kept = flagsThen & (isTwin ? flags.twin | flags.counted : flags.counted);
      runs.hear(at, (now - silence) & 0xffff, kept);
    }
  }

  #complete(swarm: number, infoHash: BinaryString): void {
    this.#table.setCompleted(swarm, this.#table.completedOf(swarm) + 1);
    if (this.#table.isPinned(swarm)) return;
    this.#completed.set(infoHash, (this.#completed.get(infoHash) ?? 0) + 1);
  }

  #second(): number {
    return Math.floor(this.#options.now() / 1000) & 0xffff;
  }

  #runOf(swarm: number, isIpv4: boolean): number {
    return isIpv4 ? this.#table.runOf(swarm) : this.#table.run6Of(swarm);
  }

  /** Writes the peer id in words, and returns the peer's tag: 0 when it gave no key. */
  #identify({ peerId, key }: Announcement, words: Uint32Array): number {
    const tagWords = this.#tagWords;
    for (let word = 0; word < peerIdWords; word++) {
      const value = wordAt(peerId, word * 4);
      words[word] = value;
      tagWords[word] = value;
    }
    if (key === null) return 0;
    tagWords[peerIdWords] = key;
    return this.#tagHash.ofWords(tagWords, 0, peerIdWords + 1) || 1;
  }

  #isAddressIn(runs: PeerRuns): boolean {
    if (runs.count > lookedThrough.always) {
      const second = this.#second();
      if (second !== this.#lookedAt) {
        this.#lookedAt = second;
        this.#lookedThrough = 0;
      }
      if (this.#lookedThrough + runs.count > lookedThrough.perSecond) return true;
      this.#lookedThrough += runs.count;
    }
    return runs.hasAddress();
  }

  #hasRoom(swarm: number, runs: PeerRuns, isIpv4: boolean): boolean {
    const { limits } = this.#options;
    if (this.#runs.total + this.#runs6.total >= limits.inAll) return false;
    if (runs.count === mostPeersOfRun || (swarm < 0 && this.#table.isFull)) return false;
    if (swarm >= 0 && this.#sizeOf(swarm) >= limits.inSwarm) return false;
    // A swarm that is not there yet has no number, nor anybody in it.
    this.#shares.choose(Math.max(swarm, 0), runs.endpoint, isIpv4);
    return this.#shares.hasRoom(swarm < 0);
  }

  /** How many peers a swarm holds. */
  #sizeOf(swarm: number): number {
    const inRun = this.#runs.countOf(this.#table.runOf(swarm));
    return inRun + this.#runs6.countOf(this.#table.run6Of(swarm));
  }

  /** Gives a peer the endpoint it announces from now. */
  #relocate(
    announcement: Announcement,
    swarm: number,
    runs: PeerRuns,
    isIpv4: boolean,
    position: number,
  ): void {
    runs.readEndpoint(position);
    this.#shares.choose(swarm, runs.endpoint, isIpv4);
    this.#shares.add(-1);
    writeEndpoint(announcement, runs.endpoint);
    runs.relocate(position);
    this.#shares.choose(swarm, runs.endpoint, isIpv4);
    this.#shares.add(1);
  }

  /** Removes a peer, and its swarm with the last one. */
  #remove(swarm: number, runs: PeerRuns, isIpv4: boolean, position: number): void {
    this.#uncount(swarm, runs, isIpv4, position);
    this.#freeWhenEmpty(swarm);
  }

  #uncount(swarm: number, runs: PeerRuns, isIpv4: boolean, position: number): void {
    runs.readEndpoint(position);
    this.#shares.choose(swarm, runs.endpoint, isIpv4);
    this.#shares.add(-1);
    const isTwin = (runs.flagsOf(position) & flags.twin) !== 0;
    if (isTwin) this.#countTwin(swarm, runs.groupOf(position), -1);
    else this.#dissolveTwin(swarm, isIpv4, runs.tagOf(position));
    runs.remove(position);
  }

  /** Whether the same peer is in the swarm with an address of the other family, and counted so. */
  #hasTwin(swarm: number, isIpv4: boolean, tag: number, peerId: Uint32Array): boolean {
    const run = this.#runOf(swarm, !isIpv4);
    if (run === noRun) return false;
    const others = isIpv4 ? this.#runs6 : this.#runs;
    others.open(run);
    others.peerId.set(peerId);
    const found = others.findTag(tag, flags.twin, 0);
    if (found < 0 || !others.hasPeerId(found)) return false;
    return others.groupOf(found) !== groups.gone;
  }

  /** Has the twin of a peer that leaves count by itself from now on. */
  #dissolveTwin(swarm: number, isIpv4: boolean, tag: number): void {
    if (tag === 0 || !this.#extras.has(swarm)) return;
    const run = this.#runOf(swarm, !isIpv4);
    if (run === noRun) return;
    const others = isIpv4 ? this.#runs6 : this.#runs;
    others.open(run);
    const found = others.findTag(tag, flags.twin, flags.twin);
    if (found < 0) return;
    others.hear(found, others.heardAt(found), others.flagsOf(found) & ~flags.twin);
    this.#countTwin(swarm, others.groupOf(found), -1);
  }

  #countTwin(swarm: number, group: number, change: 1 | -1): void {
    const role = roleOfGroup[group];
    if (!role) return;
    const extras = this.#extrasOf(swarm);
    extras.twins[role] += change;
    this.#dropExtras(swarm, extras);
  }

  #extrasOf(swarm: number): Extras {
    let extras = this.#extras.get(swarm);
    if (!extras) {
      extras = {
        guests: { seeds: 0, leechers: 0, partialSeeds: 0 },
        twins: { seed: 0, downloader: 0, partialSeed: 0 },
      };
      this.#extras.set(swarm, extras);
    }
    return extras;
  }

  #dropExtras(swarm: number, { guests, twins }: Extras): void {
    const all = guests.seeds + guests.leechers + twins.seed + twins.downloader + twins.partialSeed;
    if (all === 0) this.#extras.delete(swarm);
  }

  /** The swarm of an info hash, to be filled, or freed again when it is empty after all. */
  #take(infoHash: BinaryString): number {
    const known = this.#table.find(infoHash);
    if (known < 0) return this.#table.findOrAdd(infoHash);
    if (this.#isEmpty(known)) this.#empty--;
    return known;
  }

  /** Whether a swarm has nobody, and is kept for its count alone. */
  #isEmpty(swarm: number): boolean {
    return (
      this.#table.runOf(swarm) === noRun &&
      this.#table.run6Of(swarm) === noRun &&
      !this.#extras.has(swarm)
    );
  }

  #freeWhenEmpty(swarm: number): void {
    if (!this.#isEmpty(swarm)) return;
    const isKept =
      this.#table.isPinned(swarm) ||
      (this.#table.completedOf(swarm) > 0 && this.#empty < this.#options.limits.emptySwarms);
    if (isKept) this.#empty++;
    else this.#table.remove(swarm);
  }

  /** Chooses whom to tell: all that are of use to who asks stand together. */
  #choose(announcement: Announcement, isNear: boolean, swarm: number, self: number): void {
    const { peers, peers6 } = this.#announced;
    peers.clear();
    peers6.clear();
    const { want } = announcement;
    if (want <= 0 || swarm < 0) return;
    const isIpv4 = announcement.address.length === 4;
    const isLeeching = announcement.role === 'downloader';
    if (announcement.families === 'own') {
      const runs = isIpv4 ? this.#runs : this.#runs6;
      this.#fill(isIpv4 ? peers : peers6, runs, isLeeching, isNear, self, want);
      return;
    }
    this.#runs.open(this.#table.runOf(swarm));
    this.#runs6.open(this.#table.run6Of(swarm));
    const useful = usefulTo(this.#runs, isLeeching, isNear);
    const useful6 = usefulTo(this.#runs6, isLeeching, isNear);
    // In the proportion they are there, rounded at random so that a few get their turn.
    const share = Math.floor((want * useful) / (useful + useful6 || 1) + this.#options.random());
    const count = Math.min(useful, Math.max(share, want - useful6));
    this.#fill(peers, this.#runs, isLeeching, isNear, isIpv4 ? self : -1, count);
    this.#fill(peers6, this.#runs6, isLeeching, isNear, isIpv4 ? -1 : self, want - count);
  }

  #fill(
    list: PeerList,
    runs: PeerRuns,
    isLeeching: boolean,
    isNear: boolean,
    self: number,
    want: number,
  ): void {
    const start = isLeeching ? 0 : runs.end(groups.worldPartialSeed);
    const end = runs.end(lastOfUse(isLeeching, isNear));
    list.reserve(Math.min(want, end - start));
    const { random } = this.#options;
    list.count = runs.choose(start, end, self, want, random, list.words, list.positions);
  }

  /** Puts the numbers of a swarm, or of none (-1), into the counts; one family may be open. */
  #readCounts(swarm: number, opened: PeerRuns | null = null): void {
    const counts = this.#counts;
    counts.seeds = 0;
    counts.leechers = 0;
    counts.partialSeeds = 0;
    counts.completed = 0;
    if (swarm < 0 || !this.#table.has(swarm)) return;
    counts.completed = this.#table.completedOf(swarm);
    addCounts(this.#runs, opened, this.#table.runOf(swarm), counts);
    addCounts(this.#runs6, opened, this.#table.run6Of(swarm), counts);
    if (this.#extras.size === 0) return;
    const extras = this.#extras.get(swarm);
    if (!extras) return;
    const { guests, twins } = extras;
    counts.seeds += guests.seeds - twins.seed;
    counts.leechers += guests.leechers - twins.downloader - twins.partialSeed;
    counts.partialSeeds += guests.partialSeeds - twins.partialSeed;
  }
}

function groupFor(role: Role, isNear: boolean): Group {
  switch (role) {
    case 'seed':
      return isNear ? groups.nearbySeed : groups.worldSeed;
    case 'partialSeed':
      return isNear ? groups.nearbyPartialSeed : groups.worldPartialSeed;
    case 'downloader':
      return isNear ? groups.nearbyDownloader : groups.worldDownloader;
  }
}

function isLeecher(role: Role | null): boolean {
  return role === 'downloader' || role === 'partialSeed';
}

/** The last group of those that are of use to who asks. */
function lastOfUse(isLeeching: boolean, isNear: boolean): Group {
  if (!isNear) return groups.worldDownloader;
  return isLeeching ? groups.nearbySeed : groups.nearbyDownloader;
}

function usefulTo(runs: PeerRuns, isLeeching: boolean, isNear: boolean): number {
  const start = isLeeching ? 0 : runs.end(groups.worldPartialSeed);
  return runs.end(lastOfUse(isLeeching, isNear)) - start;
}

function addCounts(
  runs: PeerRuns,
  opened: PeerRuns | null,
  run: number,
  counts: SwarmCounts,
): void {
  if (run === noRun) return;
  if (runs !== opened) runs.open(run);
  const seedsEnd = runs.end(groups.worldSeed);
  const partialEnd = runs.end(groups.worldPartialSeed);
  const nearDownloaders = runs.end(groups.nearbyDownloader);
  const nearPartial = runs.end(groups.nearbyPartialSeed);
  const seeds = seedsEnd + runs.end(groups.nearbySeed) - nearPartial;
  counts.seeds += seeds;
  counts.leechers += runs.end(groups.nearbySeed) - seeds;
  counts.partialSeeds += partialEnd - seedsEnd + nearPartial - nearDownloaders;
}

function writeEndpoint({ address, port }: Announcement, into: Uint8Array): void {
  const { length } = address;
  for (let at = 0; at < length; at++) into[at] = address.charCodeAt(at);
  into[length] = port >>> 8;
  into[length + 1] = port & 0xff;
}
