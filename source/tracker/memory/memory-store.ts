import type { SwarmCounts } from '../announce.ts';
import type { BinaryString } from '../binary-string.ts';
import { type IdWords, idWordCount, idWordsOf, readId } from '../id-words.ts';
import { isNearby } from '../ip-address.ts';
import type {
  Announced,
  Announcement,
  StoredCounts,
  SwarmStore,
  SwarmStoreOptions,
} from '../swarm-store.ts';
import { AddressShares } from './address-shares.ts';
import { ChangedSwarms } from './changed-swarms.ts';
import { Hand } from './hand.ts';
import { KeyedHash } from './keyed-hash.ts';
import { LookBudget } from './look-budget.ts';
import { flags } from './peer-facts.ts';
import { addCounts, groupFor, groups, roleOf } from './peer-groups.ts';
import { mostPeersOfRun, PeerRuns } from './peer-runs.ts';
import { noRun } from './run-space.ts';
import { SlabPool } from './slab-pool.ts';
import { type DumpEntry, decodeDump, dumpSwarms, groupIn, peersIn } from './swarm-dump.ts';
import { SwarmExtras } from './swarm-extras.ts';
import { type Family, families, marks, SwarmTable } from './swarm-table.ts';
import { Sweep } from './sweep.ts';
import { Twins } from './twins.ts';

const bothFamilies = [families.ipv4, families.ipv6] as const;

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
  /** By family. */
  readonly #runs: readonly [PeerRuns, PeerRuns];
  readonly #shares: AddressShares;
  readonly #extras = new SwarmExtras();
  readonly #twins: Twins;
  readonly #hand: Hand;
  readonly #changed: ChangedSwarms;
  readonly #sweep: Sweep;
  readonly #tagHash: KeyedHash;
  readonly #tagWords = new Uint32Array(idWordCount + 1);
  readonly #wanted = idWordsOf();
  readonly #counts: StoredCounts = { seeds: 0, leechers: 0, partialSeeds: 0, completed: 0 };
  readonly #announced: { -readonly [Key in keyof Announced]: Announced[Key] };
  /** Downloads completed since they were taken, of swarms that are not pinned. */
  #completed = new Map<BinaryString, number>();
  /** Swarms without peers, kept for their count of completed downloads. */
  #empty = 0;
  #inhabited = 0;
  readonly #lookBudget = new LookBudget();

  constructor(options: SwarmStoreOptions) {
    this.#options = options;
    const { random, keepPeerIds, limits } = options;
    this.#lifetimeSeconds = Math.ceil(options.lifetimeMs / 1000);
    const table = new SwarmTable(new KeyedHash(random));
    this.#table = table;
    const slabs = new SlabPool();
    const newRuns = (family: Family, endpointHalves: 3 | 9): PeerRuns =>
      new PeerRuns({
        endpointHalves,
        keepPeerIds,
        hash: new KeyedHash(random),
        slabs,
        onRenamed: (swarm, run) => table.setRun(swarm, family, run),
      });
    const runs = newRuns(families.ipv4, 3);
    const runs6 = newRuns(families.ipv6, 9);
    this.#runs = [runs, runs6];
    this.#shares = new AddressShares(limits, random);
    this.#twins = new Twins(table, this.#runs, this.#extras);
    this.#hand = new Hand(table, this.#runs, random);
    this.#changed = new ChangedSwarms(table);
    this.#sweep = new Sweep({ table, runs: this.#runs, now: options.now });
    this.#tagHash = new KeyedHash(random);
    this.#announced = {
      counts: this.#counts,
      peers: this.#hand.peers,
      peers6: this.#hand.peers6,
      finished: false,
      sinceBefore: null,
    };
  }

  announce(announcement: Announcement): Announced {
    const { infoHash, address, event, role } = announcement;
    const family = address.length === 4 ? families.ipv4 : families.ipv6;
    const isNear = isNearby(address);
    const runs = this.#runs[family];
    const second = this.#second();
    const announced = this.#announced;

    let swarm = this.#table.find(infoHash);
    runs.open(swarm < 0 ? noRun : this.#table.runOf(swarm, family));
    writeEndpoint(announcement, runs.endpoint);
    const tag = this.#identify(announcement, runs.peerId);
    let position = runs.find();
    // With the same id and key from another endpoint it has moved.
    let hasMoved = false;
    if (tag !== 0 && (position === null || runs.tagOf(position) !== tag)) {
      const moved = this.#findPeer(runs, tag);
      hasMoved = moved !== null;
      if (position === null) position = moved;
      else if (hasMoved) position = this.#replace(swarm, family, position, tag);
    }

    const isKnown = position !== null;
    const groupBefore = position === null ? groups.gone : runs.groupOf(position);
    const roleBefore = roleOf(groupBefore);
    const flagsBefore = position === null ? 0 : runs.flagsOf(position);
    const tagBefore = position === null ? 0 : runs.tagOf(position);
    const countedBefore = (flagsBefore & flags.counted) !== 0;
    const sinceBefore =
      position !== null && roleBefore !== null
        ? ((second - runs.heardAt(position)) & 0xffff) * 1000
        : null;

    const stopped = event === 'stopped';
    // A completion is believed of who was seen without all of it; and, since the announce that
    // told so may be lost, of a stranger who is the only one at its address. Clients that are told
    // not to seed go from downloading to stopped with nothing left, and say no more: that is a
    // completion too, of who was seen downloading.
    const finishes =
      role === 'seed' &&
      ((event === 'completed' &&
        (isKnown
          ? roleBefore === 'downloader' || roleBefore === 'partialSeed'
          : !this.#isAddressIn(runs))) ||
        (stopped && roleBefore === 'downloader'));
    const counted = countedBefore || finishes;
    // Who moves to where there are as many as there may be is forgotten: or two addresses would be
    // enough to fill a swarm.
    const hasPlace =
      position === null
        ? this.#hasRoom(swarm, family)
        : !hasMoved || this.#relocate(announcement, swarm, family, position);
    // Who stops is forgotten, but for its download: it is not to be counted a second time.
    const kept = hasPlace && (stopped ? counted : !announcement.unlisted);
    const group = stopped ? groups.gone : groupFor(role, isNear);
    const finished =
      kept && finishes && !countedBefore && !this.#twins.isCounted(swarm, family, tag);

    if (position !== null && !kept) {
      this.#uncount(swarm, family, position);
      position = null;
    } else if (kept) {
      if (position === null) {
        if (swarm < 0 || this.#isEmpty(swarm)) swarm = this.#take(infoHash);
        position = runs.insert(swarm, group, tag);
        this.#shares.choose(swarm, runs.endpoint, family === families.ipv4);
        this.#shares.add(1);
      } else {
        if (flagsBefore & flags.twin) this.#twins.count(swarm, groupBefore, -1);
        else if (stopped || tagBefore !== tag) this.#twins.dissolve(swarm, family, tagBefore);
        runs.identify(position, tag);
        position = runs.regroup(position, group);
      }
      const isTwin = !stopped && tag !== 0 && this.#twins.has(swarm, family, tag);
      if (isTwin) this.#twins.count(swarm, group, 1);
      const flagsNow = (counted ? flags.counted : 0) | (isTwin ? flags.twin : 0);
      runs.hear(position, second, flagsNow);
    }
    if (finished) this.#complete(swarm);

    this.#hand.choose(announcement, isNear, swarm, position);
    this.#readCounts(swarm, family);
    announced.finished = finished;
    announced.sinceBefore = sinceBefore;
    const hasChanged =
      finished || hasMoved || (kept ? group !== groupBefore || tag !== tagBefore : isKnown);
    if (hasChanged) this.#noteChange(swarm);
    if (isKnown && !kept) this.#freeWhenEmpty(swarm);
    return announced;
  }

  counts(infoHash: BinaryString): StoredCounts {
    this.#readCounts(this.#find(infoHash));
    return { ...this.#counts };
  }

  setGuests(infoHash: BinaryString, guests: SwarmCounts): void {
    const isNone = guests.seeds + guests.leechers === 0;
    if (isNone && this.#find(infoHash) < 0) return;
    const swarm = this.#takeNamed(infoHash);
    this.#extras.setGuests(swarm, guests);
    this.#settle(swarm);
  }

  addCompleted(infoHash: BinaryString): void {
    const swarm = this.#takeNamed(infoHash);
    this.#complete(swarm);
    this.#settle(swarm);
  }

  setCompleted(infoHash: BinaryString, completed: number): void {
    const swarm = this.#takeNamed(infoHash);
    this.#table.setCompleted(swarm, completed);
    this.#table.mark(swarm, marks.pinned);
    this.#freeWhenEmpty(swarm);
  }

  takeCompleted(): ReadonlyMap<BinaryString, number> {
    const taken = this.#completed;
    this.#completed = new Map();
    return taken;
  }

  restoreCompleted(infoHash: BinaryString, completed: number): void {
    const swarm = this.#takeNamed(infoHash);
    if (!this.#table.is(marks.pinned, swarm)) this.#table.setCompleted(swarm, completed);
    this.#freeWhenEmpty(swarm);
  }

  takeChanged(most: number): BinaryString[] {
    return this.#changed.take(most);
  }

  dump(wallSeconds: number): Generator<Buffer> {
    const { keepPeerIds } = this.#options;
    const tagKey = this.#tagHash.key;
    const beginning = { writtenAt: wallSeconds, keepsPeerIds: keepPeerIds, tagKey };
    return dumpSwarms(beginning, this.#table, this.#runs, () => this.#second());
  }

  restore(dump: Uint8Array, wallSeconds: number): void {
    let elapsed = 0;
    for (const part of decodeDump(dump, (family, count) => this.#runs[family].dumpLengths(count))) {
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
    const swarm = this.#find(infoHash);
    if (swarm < 0) return;
    if (this.#isEmpty(swarm)) this.#empty--;
    this.#extras.dropGuests(swarm);
    for (const family of bothFamilies) {
      const runs = this.#runs[family];
      runs.open(this.#table.runOf(swarm, family));
      for (let left = runs.count; left > 0; left--) {
        this.#uncount(swarm, family, runs.positionOf(left - 1));
      }
    }
    if (this.#table.is(marks.inhabited, swarm)) this.#inhabited--;
    this.#table.remove(swarm);
  }

  sweep(): void {
    const second = this.#second();
    this.#sweep.sweep(
      (swarm, family, position) => {
        const runs = this.#runs[family];
        const silence = (second - runs.heardAt(position)) & 0xffff;
        if (silence < this.#lifetimeSeconds) return false;
        this.#uncount(swarm, family, position);
        return true;
      },
      (swarm) => this.#settle(swarm),
    );
  }

  get totals() {
    const [runs, runs6] = this.#runs;
    const { guests, twins } = this.#extras;
    return {
      swarms: this.#inhabited,
      known: this.#table.count,
      peers: runs.total - runs.gone,
      peers6: runs6.total - runs6.gone,
      twins,
      guests,
    };
  }

  /** Takes in those peers of a dumped run that are not known, nor silent for too long by now. */
  #restoreRun(dumped: DumpEntry, elapsedSeconds: number): void {
    const { family } = dumped;
    const runs = this.#runs[family];
    const now = this.#second();
    readId(dumped.infoHash, this.#wanted);
    let swarm = this.#table.find(this.#wanted);
    const count = peersIn(dumped.reaches);
    for (let n = 0; n < count; n++) {
      const { second, flags: flagsThen } = runs.heardIn(dumped, n);
      const silence = ((dumped.second - second) & 0xffff) + elapsedSeconds;
      if (silence >= this.#lifetimeSeconds) continue;
      runs.open(swarm < 0 ? noRun : this.#table.runOf(swarm, family));
      const tag = runs.readFrom(dumped, n);
      if (runs.find() !== null || !this.#hasRoom(swarm, family)) continue;
      swarm = this.#take(this.#wanted);
      const group = groupIn(dumped.reaches, n);
      const at = runs.insert(swarm, group, tag);
      this.#shares.choose(swarm, runs.endpoint, family === families.ipv4);
      this.#shares.add(1);
      // not as it was: the other one may be gone since
      const isTwin = group !== groups.gone && this.#twins.has(swarm, family, tag);
      if (isTwin) this.#twins.count(swarm, group, 1);
      const flagsNow = (flagsThen & flags.counted) | (isTwin ? flags.twin : 0);
      runs.hear(at, (now - silence) & 0xffff, flagsNow);
    }
    if (swarm >= 0) this.#settle(swarm);
  }

  #complete(swarm: number): void {
    this.#table.setCompleted(swarm, this.#table.completedOf(swarm) + 1);
    if (this.#table.is(marks.pinned, swarm)) return;
    const infoHash = this.#table.infoHashOf(swarm);
    this.#completed.set(infoHash, (this.#completed.get(infoHash) ?? 0) + 1);
  }

  #second(): number {
    return Math.floor(this.#options.now() / 1000) & 0xffff;
  }

  /** Writes the peer id into `words`, and returns the peer's tag: 0 when it gave no key. */
  #identify({ peerId, key }: Announcement, words: IdWords): number {
    for (let word = 0; word < idWordCount; word++) words[word] = peerId[word] as number;
    if (key === null) return 0;
    const tagWords = this.#tagWords;
    for (let word = 0; word < idWordCount; word++) tagWords[word] = peerId[word] as number;
    tagWords[idWordCount] = key;
    return this.#tagHash.ofWords(tagWords, 0, idWordCount + 1) || 1;
  }

  /** The position of the peer with the id in `peerId` and the key that make this tag; or null. */
  #findPeer(runs: PeerRuns, tag: number): number | null {
    const position = runs.findTag(tag);
    return position !== null && runs.hasPeerId(position) ? position : null;
  }

  /** Drops who is at a position, for the peer of a tag to take its place; returns where that one is. */
  #replace(swarm: number, family: Family, position: number, tag: number): number | null {
    const runs = this.#runs[family];
    this.#uncount(swarm, family, position);
    return this.#findPeer(runs, tag);
  }

  /** Whether somebody else has this address, or it would take too long to find out. */
  #isAddressIn(runs: PeerRuns): boolean {
    return !this.#lookBudget.take(runs.count, this.#second()) || runs.hasAddress();
  }

  /** Whether the swarm, or a new one (-1), may have one more, at the endpoint of the runs. */
  #hasRoom(swarm: number, family: Family): boolean {
    const { limits } = this.#options;
    const [runs, runs6] = this.#runs;
    const own = this.#runs[family];
    if (runs.total + runs6.total >= limits.inAll) return false;
    if (own.count === mostPeersOfRun || (swarm < 0 && this.#table.isFull)) return false;
    if (swarm >= 0 && this.#sizeOf(swarm) >= limits.inSwarm) return false;
    // A swarm that is not there yet has no number, nor anybody in it.
    this.#shares.choose(Math.max(swarm, 0), own.endpoint, family === families.ipv4);
    return this.#shares.hasRoom(swarm < 0);
  }

  /** How many peers a swarm holds. */
  #sizeOf(swarm: number): number {
    const [runs, runs6] = this.#runs;
    const table = this.#table;
    return (
      runs.countOf(table.runOf(swarm, families.ipv4)) +
      runs6.countOf(table.runOf(swarm, families.ipv6))
    );
  }

  /** Gives a peer the endpoint it announces from now; returns whether that has room for it. */
  #relocate(announcement: Announcement, swarm: number, family: Family, position: number): boolean {
    const runs = this.#runs[family];
    const isIpv4 = family === families.ipv4;
    runs.readEndpoint(position);
    this.#shares.choose(swarm, runs.endpoint, isIpv4);
    this.#shares.add(-1);
    writeEndpoint(announcement, runs.endpoint);
    runs.relocate(position);
    this.#shares.choose(swarm, runs.endpoint, isIpv4);
    const hasRoom = this.#shares.hasRoom(false);
    this.#shares.add(1);
    return hasRoom;
  }

  /** Removes a peer, whose endpoint the runs have then. */
  #uncount(swarm: number, family: Family, position: number): void {
    const runs = this.#runs[family];
    runs.readEndpoint(position);
    this.#shares.choose(swarm, runs.endpoint, family === families.ipv4);
    this.#shares.add(-1);
    const isTwin = (runs.flagsOf(position) & flags.twin) !== 0;
    if (isTwin) this.#twins.count(swarm, runs.groupOf(position), -1);
    else this.#twins.dissolve(swarm, family, runs.tagOf(position));
    runs.remove(position);
  }

  #find(infoHash: BinaryString): number {
    readId(infoHash, this.#wanted);
    return this.#table.find(this.#wanted);
  }

  #takeNamed(infoHash: BinaryString): number {
    readId(infoHash, this.#wanted);
    return this.#take(this.#wanted);
  }

  /** The swarm of an info hash, to be filled, or freed again when it is empty after all. */
  #take(infoHash: IdWords): number {
    const known = this.#table.find(infoHash);
    if (known < 0) return this.#table.add(infoHash);
    if (this.#isEmpty(known)) this.#empty--;
    return known;
  }

  /** Whether a swarm has nobody, and is kept for its count alone. */
  #isEmpty(swarm: number): boolean {
    return (
      this.#table.runOf(swarm, families.ipv4) === noRun &&
      this.#table.runOf(swarm, families.ipv6) === noRun &&
      !this.#extras.has(swarm)
    );
  }

  /** To be called when the counts of a swarm changed, other than by an announcement. */
  #settle(swarm: number): void {
    this.#readCounts(swarm);
    this.#noteChange(swarm);
    this.#freeWhenEmpty(swarm);
  }

  /** Notes that the counts of a swarm changed, which were just read. */
  #noteChange(swarm: number): void {
    this.#changed.note(swarm);
    const isInhabited = this.#counts.seeds + this.#counts.leechers > 0;
    if (isInhabited === this.#table.is(marks.inhabited, swarm)) return;
    if (isInhabited) this.#table.mark(swarm, marks.inhabited);
    else this.#table.unmark(swarm, marks.inhabited);
    this.#inhabited += isInhabited ? 1 : -1;
  }

  #freeWhenEmpty(swarm: number): void {
    if (!this.#isEmpty(swarm)) return;
    const isKept =
      this.#table.is(marks.pinned, swarm) ||
      (this.#table.completedOf(swarm) > 0 && this.#empty < this.#options.limits.emptySwarms);
    if (isKept) {
      this.#empty++;
      return;
    }
    this.#changed.ends(swarm);
    this.#table.remove(swarm);
  }

  /** Puts the numbers of a swarm, or of none (-1), into the counts; the run of one family may be open. */
  #readCounts(swarm: number, opened: Family | null = null): void {
    const counts = this.#counts;
    counts.seeds = 0;
    counts.leechers = 0;
    counts.partialSeeds = 0;
    counts.completed = 0;
    if (swarm < 0) return;
    counts.completed = this.#table.completedOf(swarm);
    for (const family of bothFamilies) {
      const run = this.#table.runOf(swarm, family);
      if (run === noRun) continue;
      const runs = this.#runs[family];
      if (family !== opened) runs.open(run);
      addCounts(runs, counts);
    }
    this.#extras.addTo(counts, swarm);
  }
}

function writeEndpoint({ address, port }: Announcement, into: Uint8Array): void {
  const { length } = address;
  for (let at = 0; at < length; at++) into[at] = address.charCodeAt(at);
  into[length] = port >>> 8;
  into[length + 1] = port & 0xff;
}
