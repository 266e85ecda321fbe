/** A disk has not answered for long: what was asked of it was given up, or not even begun. */
export class DiskSilent extends Error {
  override readonly name = 'DiskSilent';
  /** It was begun: the system may yet do it, and read into the buffers it was given. */
  readonly begun: boolean;

  constructor(begun: boolean) {
    super('the disk does not answer');
    this.begun = begun;
  }
}

/** How disks are used. */
export interface DiskLimits {
  /** Operations on one disk at one time: each takes one of the process's few threads for them. */
  atOnce: number;
  /** How many that were given up may keep their threads before nothing more is begun. */
  mostGivenUp: number;
  /** After so long without an answer an operation is given up, milliseconds. */
  patienceMs: number;
}

interface Operation {
  /** Whose file it is about. */
  readonly owner: number;
  begin(): void;
  giveUp(error: DiskSilent): void;
  /** It may wait for as long as it takes. */
  readonly isPatient: boolean;
  startedAt: number;
  isGivenUp: boolean;
}

/**
 * One disk, as far as its silence is concerned. What is asked of a network disk whose server is gone
 * may never end, nor can it be ended, and keeps a thread. So only so much is begun, what takes too
 * long is given up, and while there is no sign of life nothing more is begun.
 */
export class Disk {
  readonly #limits: DiskLimits;
  readonly #now: () => number;
  /** In the order they were begun; those given up as well, as long as they have not ended. */
  readonly #begun = new Set<Operation>();
  #waiting: Operation[] = [];
  #givenUp = 0;
  /** When anything last ended. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** While there is no sign of life, nothing is begun before this. */
  #tryAgainAt = Number.NEGATIVE_INFINITY;
  readonly #onBusy: () => void;

  /** `now`: milliseconds, on a clock that never goes back. `onBusy`: `tick` is to be called. */
  constructor(limits: DiskLimits, now: () => number, onBusy: () => void) {
    this.#limits = limits;
    this.#now = now;
    this.#onBusy = onBusy;
  }

  /** Whether anything was begun, or waits to be, and has not ended. */
  get isBusy(): boolean {
    return this.#begun.size > 0 || this.#waiting.length > 0;
  }

  /**
   * Whether something was given up, and nothing has ended since it was begun. Now and then something
   * is tried all the same: it may have been that file alone.
   */
  get isSilent(): boolean {
    if (this.#givenUp >= this.#limits.mostGivenUp) return true;
    return this.#isDoubtful && this.#now() < this.#tryAgainAt;
  }

  get #isDoubtful(): boolean {
    if (this.#givenUp === 0) return false;
    let lastTry = Number.NEGATIVE_INFINITY;
    for (const { isGivenUp, startedAt } of this.#begun) if (isGivenUp) lastTry = startedAt;
    return this.#answeredAt <= lastTry;
  }

  /**
   * Does something on the disk, in its turn. `owner` is whose file it is about: while something of
   * that was given up and has not ended, no more of it is begun, as its path may lead to another
   * disk. What it comes to after it was given up goes to `tooLate`, to be undone.
   *
   * @throws DiskSilent when the disk does not answer
   */
  run<T>(owner: number, work: () => Promise<T>, tooLate?: (result: T) => void): Promise<T> {
    if (this.isSilent || this.#hasGivenUp(owner)) return Promise.reject(new DiskSilent(false));
    return this.#add(owner, work, false, tooLate);
  }

  /** The same, but that it waits for as long as the disk is silent. It must not throw. */
  runPatiently(owner: number, work: () => Promise<void>): void {
    void this.#add(owner, work, true);
  }

  /** Gives up what takes too long. To be called every second or so while it is busy. */
  tick(): void {
    const now = this.#now();
    const { patienceMs } = this.#limits;
    for (const operation of this.#begun) {
      if (operation.startedAt > now - patienceMs) break;
      if (operation.isGivenUp) continue;
      operation.isGivenUp = true;
      this.#givenUp++;
      this.#tryAgainAt = now + patienceMs;
      operation.giveUp(new DiskSilent(true));
    }
    this.#turnAway(({ owner }) => this.isSilent || this.#hasGivenUp(owner));
    this.#beginNext();
  }

  /** Gives up everything but what is patient. */
  stop(): void {
    for (const operation of this.#begun) operation.giveUp(new DiskSilent(true));
    this.#turnAway(() => true);
  }

  #hasGivenUp(owner: number): boolean {
    if (this.#givenUp === 0) return false;
    for (const one of this.#begun) if (one.isGivenUp && one.owner === owner) return true;
    return false;
  }

  #add<T>(
    owner: number,
    work: () => Promise<T>,
    isPatient: boolean,
    tooLate?: (result: T) => void,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const ended = () => {
      this.#begun.delete(operation);
      if (operation.isGivenUp) this.#givenUp--;
      this.#answeredAt = this.#now();
      this.#beginNext();
    };
    const operation: Operation = {
      owner,
      begin: () => {
        work().then(
          (result) => {
            if (operation.isGivenUp) tooLate?.(result);
            resolve(result);
            ended();
          },
          (error: unknown) => {
            reject(error);
            ended();
          },
        );
      },
      giveUp: isPatient ? () => undefined : reject,
      isPatient,
      startedAt: 0,
      isGivenUp: false,
    };
    this.#waiting.push(operation);
    this.#onBusy();
    this.#beginNext();
    return promise;
  }

  #beginNext(): void {
    while (this.#waiting.length > 0 && !this.isSilent) {
      if (this.#begun.size - this.#givenUp >= this.#limits.atOnce) return;
      const next = this.#waiting.shift();
      if (!next) return;
      next.startedAt = this.#now();
      if (this.#isDoubtful) this.#tryAgainAt = next.startedAt + this.#limits.patienceMs;
      this.#begun.add(next);
      next.begin();
    }
  }

  #turnAway(isHopeless: (operation: Operation) => boolean): void {
    const hopeless = this.#waiting.filter((one) => !one.isPatient && isHopeless(one));
    if (hopeless.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !hopeless.includes(one));
    for (const operation of hopeless) operation.giveUp(new DiskSilent(false));
  }
}
