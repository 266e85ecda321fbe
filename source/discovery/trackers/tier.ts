import type { AnnounceAnswer, AnnounceError } from '../announce/announce.ts';
import type { TrackerUrl } from '../announce/tracker-url.ts';
import type { HostGate } from './host-gate.ts';

/** A publication while it is announced. */
export interface Announced {
  id: number;
  infoHashes: readonly Uint8Array[];
  tiers: Tier[];
  /** Trackers that are not announced to, and why. */
  left: { url: string; tier: number; state: 'own' | 'unsupported' }[];
  /** Payload bytes since it is announced. */
  uploaded: number;
  /** See Announceable. */
  bytesLeft: number;
}

/** A tracker as all publications that name it share it. */
export interface SharedTracker {
  url: TrackerUrl;
  /** That of its host, which may have several announce URLs. */
  gate: HostGate<Tier>;
}

/** One tracker of one publication: what it was told and what it said last. Times since the epoch. */
export class TierTracker {
  readonly tracker: SharedTracker;
  /** It was sent `started` and answered, and no `stopped` since. */
  isStarted = false;
  /** Bytes the publication had uploaded when it was sent `started`. */
  uploadedBefore = 0;
  trackerId: Uint8Array | null = null;
  lastAnnounceAt: number | null = null;
  outcome: 'none' | 'answered' | 'failed' | 'never-again' = 'none';
  /** Its warning, or why the last announce failed. */
  message: string | null = null;
  seeds: number | null = null;
  leechers: number | null = null;

  constructor(tracker: SharedTracker) {
    this.tracker = tracker;
  }

  answered(answer: AnnounceAnswer, at: number): void {
    this.isStarted = true;
    this.lastAnnounceAt = at;
    this.outcome = 'answered';
    this.message = answer.warning;
    this.trackerId = answer.trackerId ?? this.trackerId;
    this.seeds = answer.seeds ?? this.seeds;
    this.leechers = answer.leechers ?? this.leechers;
  }

  failed(error: AnnounceError, at: number): void {
    this.lastAnnounceAt = at;
    this.outcome = error.retryIn === 'never' ? 'never-again' : 'failed';
    this.message = error.message;
  }
}

/**
 * A tier of a publication's trackers (BEP 12): they are one tracker in several places, so one of
 * them is announced to: the first that answers, in a random order, and it goes to the front.
 */
export class Tier {
  readonly publication: Announced;
  /** Which of the publication's tiers it is, from 0. */
  readonly index: number;
  /** 0 to 1: its place in the interval. */
  readonly phase: number;
  readonly #trackers: TierTracker[];
  #current = 0;
  /** Milliseconds on the schedule's clock; infinity when it is not to be announced again. */
  dueAt = Number.POSITIVE_INFINITY;
  /** Its turn at the host where it waits. */
  turn = 0;
  phaseOfWork: 'resting' | 'waiting' | 'announcing' = 'resting';
  /** Rounds in a row in which no tracker answered. */
  failures = 0;
  /** The longest that a tracker asked to be left alone in this round, in seconds. */
  retryIn = 0;
  isRemoved = false;
  /** Called when the announce under way is done, if the tier was removed meanwhile. */
  onRest: (() => void) | null = null;

  /** @param random 0 to 1 */
  constructor(
    publication: Announced,
    index: number,
    trackers: readonly SharedTracker[],
    phase: number,
    random: () => number,
  ) {
    this.publication = publication;
    this.index = index;
    this.phase = phase;
    this.#trackers = shuffle(trackers, random).map((tracker) => new TierTracker(tracker));
  }

  get trackers(): readonly TierTracker[] {
    return this.#trackers;
  }

  /** The one to announce to now; null when all have been tried in this round. */
  get current(): TierTracker | null {
    return this.#trackers[this.#current] ?? null;
  }

  /** The current tracker answered: it is the first of its tier from now on. */
  promoteCurrent(): void {
    const [current] = this.#trackers.splice(this.#current, 1);
    if (current) this.#trackers.unshift(current);
    this.#current = 0;
    this.failures = 0;
    this.retryIn = 0;
  }

  /** The current tracker cannot be had: the next one's turn. Those that said `never` are left out. */
  advance(): TierTracker | null {
    do this.#current++;
    while (this.current?.outcome === 'never-again');
    return this.current;
  }

  /** All have been tried: the next round begins with the first. False when none may be tried. */
  rewind(): boolean {
    this.#current = this.#trackers.findIndex(({ outcome }) => outcome !== 'never-again');
    return this.#current >= 0;
  }
}

/** In a random order (Fisher and Yates). */
function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
