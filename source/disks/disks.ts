import { performance } from 'node:perf_hooks';
import { Disk, type DiskLimits } from './disk.ts';
import { createMountNames } from './mounts.ts';

const tickMs = 1_000;

/** A few disks may fall silent at once, and the others still have threads: see `thread/pool-size`. */
const usualLimits: DiskLimits = { atOnce: 6, mostGivenUp: 12, patienceMs: 20_000 };

/** All disks that are read from. What one of them does, or fails to do, holds up no other. */
export class Disks {
  readonly #limits: DiskLimits;
  readonly #now: () => number;
  readonly #mountName: (path: string) => string;
  /** By the names of their mounts, of which there are few. */
  readonly #disks = new Map<string, Disk>();
  #timer: NodeJS.Timeout | undefined;

  /** `now`: milliseconds, on a clock that never goes back. `mountName`: see `createMountNames`. */
  constructor(
    limits: Partial<DiskLimits> = {},
    now: () => number = () => performance.now(),
    mountName = createMountNames(now),
  ) {
    this.#limits = { ...usualLimits, ...limits };
    this.#now = now;
    this.#mountName = mountName;
  }

  /** The disk that a path is on, as far as its words tell: links to other disks are not seen. */
  of(path: string): Disk {
    const name = this.#mountName(path);
    const known = this.#disks.get(name);
    if (known) return known;
    const disk = new Disk(this.#limits, this.#now, () => this.#watch());
    this.#disks.set(name, disk);
    return disk;
  }

  /** Gives up everything but what is patient. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const disk of this.#disks.values()) disk.stop();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    let isBusy = false;
    for (const disk of this.#disks.values()) {
      disk.tick();
      isBusy ||= disk.isBusy;
    }
    if (isBusy) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
