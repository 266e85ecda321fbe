import { type BigIntStats, close, constants, fstat, open, readv, stat } from 'node:fs';
import { promisify } from 'node:util';
import type { Disk } from '../disks/disk.ts';
import { Disks } from '../disks/disks.ts';
import { openPageCache, type PageCache } from '../disks/page-cache.ts';
import type { ContentFile, ContentSource } from './content.ts';
import type { FileSpan } from './content-layout.ts';
import { expectAsHashed } from './file-check.ts';
import { FileFault, fileFaultOf, isMissing, isShortage, readFaultOf } from './file-fault.ts';

const openAsync = promisify(open);
const fstatAsync = promisify(fstat);
const statAsync = promisify(stat);

/**
 * How long what was found of an open file is believed: what is written into it is sent for no longer.
 * A look costs microseconds, once in this time for each file that is read.
 */
const checkAfterMs = 1_000;

/** For every miss in a row twice as many reads are not tried from memory, up to 2 to the power of this. */
const mostMisses = 6;

/** Non-blocking, so that a named pipe in the place of a file cannot hold up a reading thread. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/** A file in the pool, from the moment somebody wants it opened. */
interface PooledFile {
  readonly key: string;
  /** The publication. */
  readonly id: number;
  /** As the catalog recorded it. */
  readonly recorded: ContentFile;
  /** Where it is, as far as its path tells. */
  readonly disk: Disk;
  /** Resolves when `fd` and `stats` are there. */
  readonly opened: Promise<void>;
  fd: number | null;
  stats: BigIntStats | null;
  checkedAt: number;
  /** Until when it is believed to be as it was hashed, having been found so. */
  trustedUntil: number;
  /** How often in a row not all was in memory. */
  misses: number;
  /** So many reads more are not tried from memory alone. */
  untried: number;
  /** Reads under way or about to begin. */
  users: number;
  /** Out of the pool: to be closed when its last user is done. */
  retired: boolean;
}

/**
 * The open files of all publications: at most so many stay open, the least recently read ones
 * close first. A file is compared with what the catalog recorded when it is opened, and again
 * every second while it is read.
 */
export class FilePool {
  readonly #source: Pick<ContentSource, 'files'>;
  readonly #maxOpen: number;
  readonly #now: () => number;
  readonly #disks: Disks;
  readonly #pageCache: PageCache | null;
  /** By publication and index, the least recently used first. */
  readonly #files = new Map<string, PooledFile>();

  /**
   * `maxOpen` is exceeded by as many files as are being read at one time, if those are more.
   * `disks`: what all that is done to files goes through, but for what `pageCache` has in memory.
   */
  constructor(
    source: Pick<ContentSource, 'files'>,
    maxOpen: number,
    now: () => number,
    disks = new Disks({}, now),
    pageCache: PageCache | null = openPageCache(),
  ) {
    this.#source = source;
    this.#maxOpen = maxOpen;
    this.#now = now;
    this.#disks = disks;
    this.#pageCache = pageCache;
  }

  /** How many files are open. */
  get size(): number {
    return this.#files.size;
  }

  /**
   * Fills `views`, parts of one ArrayBuffer, at once, if the file is open, was found as it was
   * hashed a moment ago, and all of that is in memory. When false, they may be filled in part, and
   * `read` finds out why. What is mostly not in memory is seldom tried: that has the system read ahead.
   */
  readCached(id: number, index: number, position: number, views: Uint8Array[]): boolean {
    const pooled = this.#files.get(keyOf(id, index));
    if (!this.#pageCache || !pooled || pooled.fd === null) return false;
    if (this.#now() >= pooled.trustedUntil || pooled.disk.isSilent) return false;
    if (pooled.untried > 0) {
      pooled.untried--;
      return false;
    }
    const count = this.#pageCache.read(pooled.fd, views, position);
    if (count === lengthOf(views)) {
      pooled.misses = 0;
      this.#markUsed(pooled);
      return true;
    }
    pooled.misses = Math.min(pooled.misses + 1, mostMisses);
    pooled.untried = count === null ? Number.POSITIVE_INFINITY : 2 ** pooled.misses;
    return false;
  }

  /**
   * Fills `views` with what stands at `position` of a file, named by its publication and its index
   * in that.
   *
   * @throws FileFault when the file cannot be served; any other error is no fault of the file
   */
  async read(id: number, index: number, position: number, views: Uint8Array[]): Promise<void> {
    const pooled = await this.#take(id, index);
    try {
      await pooled.disk.run(id, () => readExactly(pooled, position, views));
      // A slow disk: it may have been written to while it was read.
      if (this.#now() - pooled.checkedAt >= checkAfterMs) {
        expectAsHashed(pooled.recorded, await this.#checkAgain(pooled));
      }
    } catch (error) {
      this.#retire(pooled);
      throw fileFaultOf(pooled.recorded.path, error);
    } finally {
      this.#release(pooled);
    }
  }

  /**
   * Opens the file anew, compares it with what the catalog recorded, and reads where it did not
   * read before, if it did not.
   *
   * @throws FileFault when it cannot be served; any other error is no fault of the file
   */
  async check(id: number, index: number, failed?: Omit<FileSpan, 'file'>): Promise<void> {
    const known = this.#files.get(keyOf(id, index));
    if (known) this.#retire(known);
    const views = failed ? [Buffer.allocUnsafe(failed.length)] : [];
    if (failed) await this.read(id, index, failed.position, views);
    else this.#release(await this.#take(id, index));
  }

  /**
   * What is wrong with a file of a publication as far as can be told without opening it, or null.
   *
   * @throws what is no fault of the file
   */
  async faultOf(id: number, file: ContentFile): Promise<FileFault | null> {
    try {
      const look = () => statAsync(file.path, { bigint: true });
      expectAsHashed(file, await this.#disks.of(file.path).run(id, look));
      return null;
    } catch (error) {
      const fault = fileFaultOf(file.path, error);
      if (fault instanceof FileFault) return fault;
      throw fault;
    }
  }

  /** Whether there is nothing at a path of a publication. */
  async isGone(id: number, path: string): Promise<boolean> {
    try {
      await this.#disks.of(path).run(id, () => statAsync(path));
      return false;
    } catch (error) {
      return isMissing(error);
    }
  }

  /** Closes the files of a publication: what the catalog says of them is to be read again. */
  closeOf(id: number): void {
    for (const pooled of this.#files.values()) if (pooled.id === id) this.#retire(pooled);
  }

  /** Closes every file, those being read as soon as that has ended. */
  closeAll(): void {
    for (const pooled of this.#files.values()) this.#retire(pooled);
  }

  /** Gives up what is being done to any file. */
  stop(): void {
    this.closeAll();
    this.#disks.stop();
  }

  /** The file, open and found as it was hashed. Whoever takes it must release it. */
  async #take(id: number, index: number): Promise<PooledFile> {
    const key = keyOf(id, index);
    const pooled = this.#files.get(key) ?? this.#add(id, key, this.#recorded(id, index));
    pooled.users++;
    try {
      await pooled.opened;
      const checked = this.#now() - pooled.checkedAt < checkAfterMs;
      const stats = checked && pooled.stats ? pooled.stats : await this.#checkAgain(pooled);
      if (checked || stats.nlink > 0n) {
        expectAsHashed(pooled.recorded, stats);
        pooled.trustedUntil = pooled.checkedAt + checkAfterMs;
        this.#markUsed(pooled);
        return pooled;
      }
    } catch (error) {
      this.#retire(pooled);
      this.#release(pooled);
      throw error;
    }
    // Deleted or replaced since it was opened: what is at the path now is what counts.
    this.#retire(pooled);
    this.#release(pooled);
    return this.#take(id, index);
  }

  #release(pooled: PooledFile): void {
    pooled.users--;
    if (pooled.retired) this.#closeUnused(pooled);
  }

  #recorded(id: number, index: number): ContentFile {
    const [file] = this.#source.files(id, index, index + 1);
    if (!file) throw new Error(`publication ${id} has no file ${index}`);
    return file;
  }

  #add(id: number, key: string, recorded: ContentFile): PooledFile {
    const disk = this.#disks.of(recorded.path);
    const pooled: PooledFile = {
      key,
      id,
      recorded,
      disk,
      opened: this.#open(id, recorded.path, disk).then(({ fd, stats }) => {
        pooled.fd = fd;
        pooled.stats = stats;
        pooled.checkedAt = this.#now();
      }),
      fd: null,
      stats: null,
      checkedAt: 0,
      trustedUntil: Number.NEGATIVE_INFINITY,
      misses: 0,
      untried: 0,
      users: 0,
      retired: false,
    };
    this.#files.set(key, pooled);
    this.#closeIdleAbove(this.#maxOpen);
    return pooled;
  }

  async #open(id: number, path: string, disk: Disk): Promise<{ fd: number; stats: BigIntStats }> {
    const openAndLook = async () => {
      const fd = await this.#openDescriptor(path);
      try {
        return { fd, stats: await fstatAsync(fd, { bigint: true }) };
      } catch (error) {
        closeDescriptor(fd);
        throw error;
      }
    };
    try {
      return await disk.run(id, openAndLook, ({ fd }) => closeDescriptor(fd));
    } catch (error) {
      throw fileFaultOf(path, error);
    }
  }

  async #openDescriptor(path: string): Promise<number> {
    try {
      return await openAsync(path, openFlags);
    } catch (error) {
      if (!isShortage(error)) throw error;
      this.#closeIdleAbove(0);
      return openAsync(path, openFlags);
    }
  }

  async #checkAgain(pooled: PooledFile): Promise<BigIntStats> {
    try {
      pooled.stats = await pooled.disk.run(pooled.id, () =>
        fstatAsync(pooled.fd ?? -1, { bigint: true }),
      );
      pooled.checkedAt = this.#now();
      return pooled.stats;
    } catch (error) {
      throw fileFaultOf(pooled.recorded.path, error);
    }
  }

  #markUsed(pooled: PooledFile): void {
    if (pooled.retired) return;
    this.#files.delete(pooled.key);
    this.#files.set(pooled.key, pooled);
  }

  #closeIdleAbove(most: number): void {
    if (this.#files.size <= most) return;
    for (const pooled of this.#files.values()) {
      if (pooled.users === 0 && pooled.fd !== null) this.#retire(pooled);
      if (this.#files.size <= most) return;
    }
  }

  #retire(pooled: PooledFile): void {
    pooled.retired = true;
    if (this.#files.get(pooled.key) === pooled) this.#files.delete(pooled.key);
    this.#closeUnused(pooled);
  }

  #closeUnused(pooled: PooledFile): void {
    if (pooled.users > 0 || pooled.fd === null) return;
    const { fd, disk, id } = pooled;
    pooled.fd = null;
    disk.runPatiently(id, () => closeDescriptor(fd));
  }
}

function keyOf(id: number, index: number): string {
  return `${id}/${index}`;
}

function lengthOf(views: readonly Uint8Array[]): number {
  let length = 0;
  for (const view of views) length += view.length;
  return length;
}

function closeDescriptor(fd: number): Promise<void> {
  // Read-only: a close that fails has lost nothing.
  return new Promise((resolve) => close(fd, () => resolve()));
}

/** @throws FileFault when the file does not read, or ends before the views are full */
function readExactly(pooled: PooledFile, position: number, views: Uint8Array[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const wanted = lengthOf(views);
  readv(pooled.fd ?? -1, views, position, (error, length) => {
    const { path } = pooled.recorded;
    if (error) reject(readFaultOf(path, error));
    else if (length < wanted) reject(new FileFault(path, 'changed', 'is shorter than it was'));
    else resolve();
  });
  return promise;
}
