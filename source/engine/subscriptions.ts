import type { EngineEvent } from '../control/engine.ts';
import type { Delta } from '../control/protocol.ts';

/** What a delta is made from when it is due. */
export interface DeltaSource {
  engine(): NonNullable<Delta['engine']>;
  /** The publication's summary, or null when it is gone. */
  publication(id: number): NonNullable<Delta['publications']>[number] | null;
  jobs(): NonNullable<Delta['jobs']>;
  eventsReadTo(): number;
  activity(): NonNullable<Delta['activity']>;
  undoable(): Delta['undoable'];
}

export interface Subscriber {
  changed(delta: Delta): void;
  /** The engine ends in good order. */
  stopping(): void;
}

const intervalMs = 1_000;

/**
 * Gathers what changes, and sends it to all subscribers as one delta, at most one a second. While
 * nobody subscribes or nothing changes, nothing runs.
 */
export class Subscriptions {
  readonly #source: DeltaSource;
  readonly #subscribers = new Set<Subscriber>();
  #publications = new Set<number>();
  #events: EngineEvent[] = [];
  #engineChanged = false;
  #jobsChanged = false;
  #eventsRead = false;
  #activityChanged = false;
  #undoableChanged = false;
  #timer: NodeJS.Timeout | undefined;
  #lastSentAt = 0;

  constructor(source: DeltaSource) {
    this.#source = source;
  }

  /** Returns the function that ends the subscription. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  publicationChanged(id: number): void {
    if (this.#subscribers.size === 0) return;
    this.#publications.add(id);
    // its rates and counts are part of the engine's sums
    this.#engineChanged = true;
    this.#schedule();
  }

  engineChanged(): void {
    this.#engineChanged = true;
    this.#schedule();
  }

  jobsChanged(): void {
    this.#jobsChanged = true;
    this.#schedule();
  }

  event(event: EngineEvent): void {
    if (this.#subscribers.size === 0) return;
    this.#events.push(event);
    this.#schedule();
  }

  eventsRead(): void {
    this.#eventsRead = true;
    this.#schedule();
  }

  activityChanged(): void {
    this.#activityChanged = true;
    this.#schedule();
  }

  undoableChanged(): void {
    this.#undoableChanged = true;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const subscriber of this.#subscribers) subscriber.stopping();
    this.#subscribers.clear();
  }

  #schedule(): void {
    if (this.#timer || this.#subscribers.size === 0) return;
    const wait = Math.max(0, this.#lastSentAt + intervalMs - performance.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#lastSentAt = performance.now();
    const publications: NonNullable<Delta['publications']> = [];
    const removed: number[] = [];
    for (const id of this.#publications) {
      const summary = this.#source.publication(id);
      if (summary) publications.push(summary);
      else removed.push(id);
    }
    const delta: Delta = {
      ...(this.#engineChanged && { engine: this.#source.engine() }),
      ...(this.#jobsChanged && { jobs: this.#source.jobs() }),
      ...(this.#events.length > 0 && { events: this.#events }),
      ...(this.#eventsRead && { eventsReadTo: this.#source.eventsReadTo() }),
      ...(this.#activityChanged && { activity: this.#source.activity() }),
      ...(this.#undoableChanged && { undoable: this.#source.undoable() ?? null }),
      ...(publications.length > 0 && { publications }),
      ...(removed.length > 0 && { removed }),
    };
    this.#publications = new Set();
    this.#events = [];
    this.#engineChanged = false;
    this.#jobsChanged = false;
    this.#eventsRead = false;
    this.#activityChanged = false;
    this.#undoableChanged = false;
    for (const subscriber of this.#subscribers) subscriber.changed(delta);
  }
}
