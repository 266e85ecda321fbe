import {
  type AnnounceAnswer,
  AnnounceError,
  type AnnounceEvent,
  type AnnounceRequest,
} from '../announce/announce.ts';
import { parseTrackerUrl, type TrackerUrl } from '../announce/tracker-url.ts';
import type { FoundPeers } from '../found-peers.ts';
import type { Announceable } from './announceable.ts';
import { DueQueue } from './due-queue.ts';
import { HostGate } from './host-gate.ts';
import { nextAnnounceAt, phaseOf, retryDelay } from './next-announce.ts';
import { type Announced, type SharedTracker, Tier, type TierTracker } from './tier.ts';
import { rowsOf, type TrackerRow } from './tracker-row.ts';

/** How many peers a tracker is asked for: those who want data may not know us yet. */
const numWant = 50;

/** Announces under way at one time, over all trackers; and goodbyes when the engine stops. */
const maxInFlight = 256;

/** The longest a timer is set for; it is set again then. */
const longestSleepMs = 3_600_000;

export interface AnnounceScheduleOptions {
  /** Sends an announce; throws AnnounceError. */
  announce(tracker: TrackerUrl, request: AnnounceRequest): Promise<AnnounceAnswer>;
  /** 20 bytes. */
  peerId: Uint8Array;
  /** The TCP port where the everseed accepts peers. */
  port: number;
  /** 32 bits, the same as long as the engine runs. */
  key: number;
  /** Whether it is this everseed's own tracker, which needs no telling. */
  isOwn(tracker: TrackerUrl): boolean;
  onPeers(found: FoundPeers): void;
  /** A tracker told us an address we have. */
  onExternalAddress(address: string, tracker: TrackerUrl): void;
  /** A fault of the program. */
  onError(error: unknown): void;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** Milliseconds since the epoch. */
  date(): number;
  /** 0 to 1. */
  random(): number;
}

/**
 * Announces publications to their trackers, each tier once in its interval: one queue and one
 * timer for all of them. In every tier one tracker is announced to; all tiers are.
 */
export class AnnounceSchedule {
  readonly #options: AnnounceScheduleOptions;
  readonly #publications = new Map<number, Announced>();
  readonly #trackers = new Map<string, SharedTracker | null>();
  readonly #gates = new Map<string, HostGate<Tier>>();
  readonly #queue = new DueQueue<Tier | HostGate<Tier>>();
  /** Whose trackers are being told that they are gone; `started` must not overtake that. */
  readonly #leaving = new Set<number>();
  /** Of those, the ones that are to be announced again. */
  readonly #returning = new Map<number, Announceable>();
  /** Gates that would have let pass, had there not been too many under way. */
  readonly #held = new Set<HostGate<Tier>>();
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: AnnounceScheduleOptions) {
    this.#options = options;
  }

  /**
   * Announces these from now on. `urgent`: at once, ahead of others; else as their trackers' turn
   * comes.
   */
  add(list: readonly Announceable[], { urgent }: { urgent: boolean }): void {
    if (this.#stopped) return;
    for (const announceable of list) {
      const { id } = announceable;
      if (this.#publications.has(id) || announceable.tiers.length === 0) continue;
      if (this.#leaving.has(id)) {
        this.#returning.set(id, announceable);
        continue;
      }
      const publication = this.#announced(announceable);
      this.#publications.set(publication.id, publication);
      for (const tier of publication.tiers) {
        tier.dueAt = this.#options.now();
        this.#enter(tier, urgent);
      }
    }
    this.#arm();
  }

  /** Announces these no more, and tells their trackers so. */
  remove(ids: readonly number[]): void {
    for (const id of ids) {
      this.#returning.delete(id);
      const publication = this.#publications.get(id);
      if (!publication) continue;
      this.#publications.delete(id);
      for (const tier of publication.tiers) this.#retire(tier);
      this.#leaving.add(id);
      void this.#leave(publication);
    }
  }

  /** Counts what was sent to peers, in bytes. */
  addUploaded(id: number, bytes: number): void {
    const publication = this.#publications.get(id);
    if (publication) publication.uploaded += bytes;
  }

  /** So many bytes of a publication are not there from now on; its trackers are told in their turn. */
  setBytesLeft(id: number, bytesLeft: number): void {
    const announced = this.#publications.get(id) ?? this.#returning.get(id);
    if (announced) announced.bytesLeft = bytesLeft;
  }

  /** How the trackers of a publication stand. */
  rows(id: number): TrackerRow[] {
    const publication = this.#publications.get(id);
    const { now, date } = this.#options;
    return publication ? rowsOf(publication, { now: now(), date: date() }) : [];
  }

  /** Ends announcing. Resolves when all trackers have been told, or could not be. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const tiers = [...this.#publications.values()].flatMap((publication) => publication.tiers);
    this.#publications.clear();
    for (const tier of tiers) this.#retire(tier);
    const idle = tiers.filter((tier) => tier.phaseOfWork !== 'announcing').values();
    const sayGoodbyes = async () => {
      for (const tier of idle) await this.#sayGoodbye(tier);
    };
    await Promise.all(Array.from({ length: maxInFlight }, sayGoodbyes));
  }

  #announced({ id, infoHashes, tiers, bytesLeft }: Announceable): Announced {
    const publication: Announced = {
      id,
      infoHashes: infoHashes.map((hex) => Buffer.from(hex, 'hex')),
      tiers: [],
      left: [],
      uploaded: 0,
      bytesLeft,
    };
    const [first = new Uint8Array(20)] = publication.infoHashes;
    for (const [index, urls] of tiers.entries()) {
      const usable: SharedTracker[] = [];
      for (const url of urls) {
        const tracker = this.#tracker(url);
        if (!tracker) publication.left.push({ url, tier: index, state: 'unsupported' });
        else if (this.#options.isOwn(tracker.url)) {
          publication.left.push({ url, tier: index, state: 'own' });
        } else usable.push(tracker);
      }
      if (usable.length === 0) continue;
      const phase = phaseOf(first, index);
      publication.tiers.push(new Tier(publication, index, usable, phase, this.#options.random));
      for (const { gate } of usable) gate.users++;
    }
    return publication;
  }

  /** The tracker of a URL, which thousands of publications may share; null if there is none. */
  #tracker(text: string): SharedTracker | null {
    let tracker = this.#trackers.get(text);
    if (tracker === undefined) {
      const url = parseTrackerUrl(text);
      tracker = url && { url, gate: this.#gate(url) };
      this.#trackers.set(text, tracker);
    }
    return tracker;
  }

  #gate({ protocol, host, port }: TrackerUrl): HostGate<Tier> {
    const key = `${protocol} ${host} ${port}`;
    let gate = this.#gates.get(key);
    if (!gate) {
      gate = new HostGate(protocol, this.#options.random);
      this.#gates.set(key, gate);
    }
    return gate;
  }

  #retire(tier: Tier): void {
    tier.isRemoved = true;
    tier.dueAt = Number.POSITIVE_INFINITY;
    for (const { tracker } of tier.trackers) tracker.gate.users--;
  }

  /** Has a tier wait for its turn at its tracker's host. */
  #enter(tier: Tier, urgent: boolean): void {
    this.#skipDown(tier);
    const gate = tier.current?.tracker.gate;
    if (!gate) return;
    tier.phaseOfWork = 'waiting';
    tier.turn = gate.enter(tier, urgent);
    this.#pass(gate);
  }

  /** Goes on to the first tracker whose host is up; if none is, it stays with the first. */
  #skipDown(tier: Tier): void {
    const { now } = this.#options;
    const isDown = ({ tracker: { gate } }: TierTracker) => (gate.down?.until ?? 0) > now();
    while (tier.current && isDown(tier.current)) tier.advance();
    if (!tier.current) tier.rewind();
  }

  /** Lets those pass who may at a host. */
  #pass(gate: HostGate<Tier>): void {
    const now = this.#options.now();
    while (!this.#stopped) {
      if (this.#inFlight >= maxInFlight) {
        this.#held.add(gate);
        return;
      }
      const tier = gate.take(now);
      if (!tier) break;
      if (tier.isRemoved) gate.release();
      else void this.#announce(tier, gate);
    }
    const at = gate.nextAt(now);
    if (at === null || at >= gate.wakeAt) return;
    gate.wakeAt = at;
    this.#queue.add(gate, at);
    this.#arm();
  }

  async #announce(tier: Tier, gate: HostGate<Tier>): Promise<void> {
    const { current: tracker, publication } = tier;
    if (!tracker) return;
    tier.phaseOfWork = 'announcing';
    this.#inFlight++;
    if (!tracker.isStarted) tracker.uploadedBefore = publication.uploaded;
    const { answer, error } = await this.#send(tier, tracker, eventOf(publication, tracker));
    this.#inFlight--;
    tier.phaseOfWork = 'resting';
    const now = this.#options.now();
    const isNowDown = gate.done(error?.kind === 'unreachable' ? error.message : null, now);
    if (answer) tracker.answered(answer, this.#options.date());
    else if (error) tracker.failed(error, this.#options.date());
    if (tier.isRemoved) tier.onRest?.();
    else if (answer) this.#rest(tier, nextAnnounceAt(now, answer, tier.phase), true);
    else this.#tryNext(tier, error);
    // another tracker of their tiers may be up
    if (isNowDown) for (const waiting of gate.leave()) this.#enter(waiting, false);
    this.#pass(gate);
    for (const held of this.#held) {
      this.#held.delete(held);
      this.#pass(held);
      if (this.#inFlight >= maxInFlight) break;
    }
  }

  /** Announces every info hash of the tier's publication; it is answered when one of them is. */
  async #send(
    { publication }: Tier,
    { tracker, uploadedBefore, trackerId }: TierTracker,
    event: AnnounceEvent,
  ): Promise<{ answer?: AnnounceAnswer; error?: AnnounceError }> {
    const { announce, peerId, port, key, onPeers, onExternalAddress } = this.#options;
    let answer: AnnounceAnswer | undefined;
    let error: AnnounceError | undefined;
    for (const infoHash of publication.infoHashes) {
      try {
        const one = await announce(tracker.url, {
          infoHash,
          peerId,
          port,
          uploaded: publication.uploaded - uploadedBefore,
          left: publication.bytesLeft,
          event,
          key,
          numWant: event === 'stopped' ? 0 : numWant,
          trackerId,
        });
        answer = answer ? { ...one, ...largerCounts(answer, one) } : one;
        for (const address of one.externalAddresses) onExternalAddress(address, tracker.url);
        if (one.peers.length > 0 && event !== 'stopped') {
          const hex = Buffer.from(infoHash).toString('hex');
          onPeers({ infoHash: hex, addresses: one.peers, source: 'tracker' });
        }
      } catch (thrown) {
        error = this.#announceError(thrown);
        // the others would wait as long for nothing
        if (error.kind === 'unreachable') break;
      }
    }
    return { ...(answer && { answer }), ...(error && { error }) };
  }

  #announceError(thrown: unknown): AnnounceError {
    if (thrown instanceof AnnounceError) return thrown;
    this.#options.onError(thrown);
    return new AnnounceError('unreachable', 'everseed itself failed: see its log', {
      cause: thrown,
    });
  }

  /** After a failure: the next tracker of the tier at once, or the tier again after a while. */
  #tryNext(tier: Tier, error: AnnounceError | undefined): void {
    if (typeof error?.retryIn === 'number') tier.retryIn = Math.max(tier.retryIn, error.retryIn);
    if (tier.advance()) {
      this.#enter(tier, false);
      return;
    }
    tier.failures++;
    const delay = retryDelay(tier.failures, tier.retryIn, this.#options.random());
    tier.retryIn = 0;
    if (tier.rewind()) this.#rest(tier, this.#options.now() + delay, false);
    else tier.dueAt = Number.POSITIVE_INFINITY;
  }

  #rest(tier: Tier, until: number, answered: boolean): void {
    if (answered) tier.promoteCurrent();
    tier.dueAt = until;
    this.#queue.add(tier, until);
    this.#arm();
  }

  async #leave({ id, tiers }: Announced): Promise<void> {
    for (const tier of tiers) {
      if (tier.phaseOfWork === 'announcing') {
        await new Promise<void>((resolve) => {
          tier.onRest = resolve;
        });
      }
      await this.#sayGoodbye(tier);
    }
    this.#leaving.delete(id);
    const back = this.#returning.get(id);
    this.#returning.delete(id);
    if (back) this.add([back], { urgent: true });
  }

  /** Tells every tracker that knows of the tier's publication that it is gone; once, and no more. */
  async #sayGoodbye(tier: Tier): Promise<void> {
    for (const tracker of tier.trackers) {
      if (!tracker.isStarted || tracker.tracker.gate.down) continue;
      tracker.isStarted = false;
      await this.#send(tier, tracker, 'stopped');
    }
  }

  /** Sets the timer for what is due next. */
  #arm(): void {
    const at = this.#queue.nextAt;
    if (this.#stopped || at === null || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const wait = Math.min(Math.max(at - this.#options.now(), 0), longestSleepMs);
    this.#timer = setTimeout(() => this.#wake(), Math.ceil(wait));
  }

  #wake(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#options.now();
    for (let due = this.#queue.take(now); due; due = this.#queue.take(now)) {
      const { item, at } = due;
      if (item instanceof Tier) {
        // it was given another time since, or is gone
        if (item.dueAt === at && item.phaseOfWork === 'resting') this.#enter(item, false);
      } else if (item.wakeAt === at) {
        item.wakeAt = Number.POSITIVE_INFINITY;
        this.#pass(item);
      }
    }
    this.#arm();
  }
}

/** A partial seed says with every announce that it is one (BEP 21). */
function eventOf({ bytesLeft }: Announced, { isStarted }: TierTracker): AnnounceEvent {
  if (bytesLeft > 0) return 'paused';
  return isStarted ? 'none' : 'started';
}

function largerCounts(a: AnnounceAnswer, b: AnnounceAnswer) {
  const larger = (one: number | null, other: number | null) =>
    one === null || other === null ? (one ?? other) : Math.max(one, other);
  return { seeds: larger(a.seeds, b.seeds), leechers: larger(a.leechers, b.leechers) };
}
