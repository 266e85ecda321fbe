import type { UnreadableFile } from './block-reader.ts';
import type { ContentSource } from './content.ts';
import type { FileSpan } from './content-layout.ts';
import { FaultSummary } from './fault-summary.ts';
import { FileFault } from './file-fault.ts';
import type { FilePool } from './file-pool.ts';
import type { FaultyContent, LivePublication } from './live-publication.ts';
import type { LivePublications } from './live-publications.ts';

/** How long after a file was found faulty it is looked at again, at first and at most. */
const firstDelayMs = 30_000;
const maxDelayMs = 300_000;
/** A file that fails again so soon after it was mended was not. */
const relapseMs = 600_000;

/** How long peers wait to be told of lost pieces while it is found out how many more there are. */
const tellAfterMs = 5_000;

/** A file of which more pieces do not read is not read from any more. */
const mostPiecesOfFile = 64;
/** How many pieces that did not read are read again in one look: each may take seconds. */
const mostPiecesChecked = 64;

/** How many files are looked at together. */
const batchSize = 64;
/** How many of them at one time: peers read through the same few threads. */
const parallel = 4;

/** A fault event, of all the files found since the last. */
export interface FaultReport {
  /** The publication. */
  id: number;
  /** The path of one of the files. */
  file: string;
  /** A sentence that says how many there are, and names that one. */
  text: string;
  /** How many files are newly faulty. */
  found: number;
  /** How many files of the publication are faulty in all. */
  faulty: number;
}

interface KeeperEvents {
  /** Files cannot be served; at most one call a second for each publication. */
  fault(report: FaultReport): void;
  /** All files of a publication can be served again. */
  restored(id: number): void;
  error(error: unknown): void;
}

/** The faults of one publication. */
interface Faults {
  readonly id: number;
  /** By index; where it did not read, for those that are what was hashed otherwise. */
  readonly files: Map<number, Omit<FileSpan, 'file'> | undefined>;
  /** By index, pieces that did not read though their file is what was hashed; and where. */
  readonly pieces: Map<number, FileSpan>;
  /** What is to be reported. */
  news: FaultSummary | null;
  /** That nothing is faulty any more is to be reported. */
  restored: boolean;
  /** When it was last begun to look for further faults. */
  searchedAt: number;
  searching: boolean;
  /** The look at faulty files under way. */
  checking: Promise<void> | null;
  nextCheckAt: number;
  delayMs: number;
  /** What the last look found mended, and when that was. */
  mended: Set<number>;
  mendedAt: number;
}

/**
 * Keeps what cannot be served of each publication: when one file has failed, looks for others that
 * have; says so; and looks at them again and again until they are mended.
 */
export class FaultKeeper {
  readonly #source: Pick<ContentSource, 'root' | 'files'>;
  readonly #files: FilePool;
  readonly #live: Pick<LivePublications, 'get'>;
  readonly #events: KeeperEvents;
  readonly #now: () => number;
  readonly #faults = new Map<number, Faults>();

  /** `live`: the publications whose content is loaded, which are kept up to date. */
  constructor(
    source: Pick<ContentSource, 'root' | 'files'>,
    files: FilePool,
    live: Pick<LivePublications, 'get'>,
    events: KeeperEvents,
    now: () => number,
  ) {
    this.#source = source;
    this.#files = files;
    this.#live = live;
    this.#events = events;
    this.#now = now;
  }

  /** What of a publication cannot be served. */
  of(id: number): FaultyContent {
    const faults = this.#faults.get(id);
    return { files: faults?.files.keys() ?? [], pieces: faults?.pieces.keys() ?? [] };
  }

  /** A file did not read. Its pieces are marked when this returns. */
  failed(publication: LivePublication, { span, fault }: UnreadableFile): void {
    const faults = this.#ofId(publication.id);
    const { file, position, length } = span;
    // Peers that read the same file at the same time all find out.
    if (faults.files.has(file)) return;
    if (fault.isLocal && piecesOfFile(faults, file) < mostPiecesOfFile) {
      this.#addPieces(faults, publication, span, fault);
      return;
    }
    this.#add(faults, [[file, fault]]);
    if (fault.kind === 'unreadable') faults.files.set(file, { position, length });
    if (this.#now() - faults.searchedAt >= firstDelayMs) void this.#search(faults, publication);
  }

  /** Looks at the faulty files of a publication now, wherever the catalog says that they are. */
  async recheck(id: number): Promise<void> {
    this.#files.closeOf(id);
    const faults = this.#faults.get(id);
    if (!faults) return;
    // One that is under way may have passed by the file that was mended last.
    await faults.checking?.catch(() => undefined);
    faults.checking ??= this.#check(faults).finally(() => {
      faults.checking = null;
    });
    await faults.checking;
  }

  /** Forgets what is known of a publication; what is under way comes to nothing. */
  forget(id: number): void {
    this.#faults.delete(id);
  }

  /** Reports what was not yet, and forgets everything. */
  stop(): void {
    this.#report();
    this.#faults.clear();
  }

  /** To be called once a second: reports, tells peers, and looks again at what is due. */
  tick(): void {
    const now = this.#now();
    this.#report();
    for (const faults of this.#faults.values()) {
      if (!faults.searching || now - faults.searchedAt >= tellAfterMs) {
        this.#live.get(faults.id)?.tellPeers();
      }
      const isFaulty = faults.files.size + faults.pieces.size > 0;
      const due = isFaulty && now >= faults.nextCheckAt;
      if (due && !faults.checking) this.#checkDue(faults);
      const over = !isFaulty && now - faults.mendedAt > relapseMs;
      if (over) this.#faults.delete(faults.id);
    }
  }

  #report(): void {
    for (const faults of this.#faults.values()) {
      const { id, news, restored } = faults;
      faults.news = null;
      faults.restored = false;
      if (news) {
        const { path, text, count } = news;
        this.#events.fault({ id, file: path, text, found: count, faulty: faultyFiles(faults) });
      }
      if (restored) this.#events.restored(id);
    }
  }

  #ofId(id: number): Faults {
    const known = this.#faults.get(id);
    if (known) return known;
    const faults: Faults = {
      id,
      files: new Map(),
      pieces: new Map(),
      news: null,
      restored: false,
      searchedAt: Number.NEGATIVE_INFINITY,
      searching: false,
      checking: null,
      nextCheckAt: 0,
      delayMs: firstDelayMs,
      mended: new Set(),
      mendedAt: Number.NEGATIVE_INFINITY,
    };
    this.#faults.set(id, faults);
    return faults;
  }

  #add(faults: Faults, found: readonly (readonly [file: number, FileFault])[]): void {
    if (found.length === 0 || this.#faults.get(faults.id) !== faults) return;
    const isFirst = faults.files.size + faults.pieces.size === 0;
    for (const [file, fault] of found) {
      faults.files.set(file, undefined);
      forgetPiecesOf(faults, file);
      addNews(faults, fault);
    }
    this.#schedule(
      faults,
      isFirst,
      found.every(([file]) => faults.mended.has(file)),
    );
    this.#live.get(faults.id)?.filesFailed(found.map(([file]) => file));
  }

  /** A place in a file did not read: the pieces that are there cannot be served. */
  #addPieces(faults: Faults, publication: LivePublication, span: FileSpan, fault: FileFault): void {
    const isFirst = faults.files.size + faults.pieces.size === 0;
    if (piecesOfFile(faults, span.file) === 0) addNews(faults, fault);
    const { first, end } = publication.layout.piecesIn(span);
    for (let piece = first; piece < end; piece++) faults.pieces.set(piece, span);
    this.#schedule(faults, isFirst, faults.mended.has(span.file));
    publication.piecesFailed(faults.pieces.keys());
  }

  /** When to look again. `isMendedOnly`: nothing is newly faulty but what was mended last. */
  #schedule(faults: Faults, isFirst: boolean, isMendedOnly: boolean): void {
    const now = this.#now();
    faults.restored = false;
    const relapsed = isMendedOnly && now - faults.mendedAt < relapseMs;
    if (!relapsed) faults.delayMs = firstDelayMs;
    else if (isFirst) faults.delayMs = Math.min(2 * faults.delayMs, maxDelayMs);
    const next = now + faults.delayMs;
    faults.nextCheckAt = isFirst ? next : Math.min(next, faults.nextCheckAt);
  }

  /** Looks for other faulty files: where one was taken away or changed, most often more were. */
  async #search(faults: Faults, publication: LivePublication): Promise<void> {
    const { fileCount } = publication.layout;
    faults.searching = true;
    faults.searchedAt = this.#now();
    try {
      if (await this.#isRootGone(faults.id)) {
        const path = this.#source.files(faults.id, 0, 1)[0]?.path ?? '';
        const fault = new FileFault(path, 'missing', 'is missing');
        const others = Array.from({ length: fileCount }, (_, file) => file);
        this.#add(
          faults,
          others.filter((file) => !faults.files.has(file)).map((file) => [file, fault]),
        );
        return;
      }
      for (let first = 0; first < fileCount; first += batchSize) {
        // Let go of, and perhaps loaded again: the next fault begins anew.
        if (this.#live.get(faults.id) !== publication) return;
        const files = this.#source.files(faults.id, first, first + batchSize);
        const found: [number, FileFault][] = [];
        await forEach(files.entries(), async ([index, file]) => {
          const fault = faults.files.has(first + index)
            ? null
            : await this.#files.faultOf(faults.id, file);
          if (fault && !faults.files.has(first + index)) found.push([first + index, fault]);
        });
        this.#add(faults, found);
      }
    } catch (error) {
      this.#events.error(error);
    } finally {
      faults.searching = false;
    }
  }

  #checkDue(faults: Faults): void {
    const count = () => faults.files.size + faults.pieces.size;
    const before = count();
    this.recheck(faults.id)
      .catch((error) => this.#events.error(error))
      .finally(() => {
        const same = count() === before;
        if (same) faults.delayMs = Math.min(2 * faults.delayMs, maxDelayMs);
        faults.nextCheckAt = this.#now() + faults.delayMs;
      });
  }

  async #check(faults: Faults): Promise<void> {
    const { id, files, pieces } = faults;
    if (files.size > 1 && (await this.#isRootGone(id))) return;
    const mended = new Set<number>();
    await forEach([...files], async ([file, span]) => {
      try {
        if (this.#faults.get(id) !== faults) return;
        await this.#files.check(id, file, span);
        mended.add(file);
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
      }
    });
    const mendedPieces = await this.#checkPieces(faults);
    if (mended.size + mendedPieces.size === 0 || this.#faults.get(id) !== faults) return;
    for (const file of mended) files.delete(file);
    for (const [piece, { file }] of mendedPieces) {
      pieces.delete(piece);
      mended.add(file);
    }
    faults.mended = mended;
    faults.mendedAt = this.#now();
    const live = this.#live.get(id);
    live?.restored(this.of(id));
    live?.tellPeers();
    faults.restored = files.size + pieces.size === 0;
  }

  /** Reads again what did not read; returns the pieces that now do. */
  async #checkPieces(faults: Faults): Promise<Map<number, FileSpan>> {
    const { id, pieces } = faults;
    const mended = new Map<number, FileSpan>();
    await forEach([...pieces].slice(0, mostPiecesChecked), async ([piece, span]) => {
      try {
        if (this.#faults.get(id) !== faults || !pieces.has(piece)) return;
        await this.#files.check(id, span.file, span);
        mended.set(piece, span);
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        // It was found to be another file, say: then it is not about that piece any more.
        if (!error.isLocal) this.#add(faults, [[span.file, error]]);
        // The others have their turn the next time.
        else if (pieces.delete(piece)) pieces.set(piece, span);
      }
    });
    return mended;
  }

  async #isRootGone(id: number): Promise<boolean> {
    const root = this.#source.root(id);
    return root !== null && (await this.#files.isGone(id, root));
  }
}

function addNews(faults: Faults, fault: FileFault): void {
  if (faults.news) faults.news.add(fault.kind);
  else faults.news = new FaultSummary(fault);
}

function piecesOfFile({ pieces }: Faults, file: number): number {
  let count = 0;
  for (const span of pieces.values()) if (span.file === file) count++;
  return count;
}

function forgetPiecesOf({ pieces }: Faults, file: number): void {
  for (const [piece, span] of pieces) if (span.file === file) pieces.delete(piece);
}

/** How many files have faults of any kind. */
function faultyFiles({ files, pieces }: Faults): number {
  const faulty = new Set(files.keys());
  for (const { file } of pieces.values()) faulty.add(file);
  return faulty.size;
}

/** Does something with each item, with a few at one time. Throws what the first throws. */
async function forEach<T>(items: Iterable<T>, action: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await action(next.value);
  };
  await Promise.all(Array.from({ length: parallel }, work));
}
