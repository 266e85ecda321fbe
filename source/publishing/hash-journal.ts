import { hash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, systemErrorCode } from '../errors.ts';
import type {
  HashCheckpoint,
  HashedBefore,
  HashedPieces,
  HashLayout,
} from '../metainfo/hashing/checkpoint.ts';
import { decodeFrames, encodeFrame } from './journal-frames.ts';
import type { PublishChoices } from './publish.ts';

/** A publish job as it is kept, to be taken up again. */
export interface JournaledJob {
  /** What the client called it. */
  name: string;
  /** Absolute. */
  path: string;
  choices: PublishChoices;
}

/** Frames in the order they come; `pieces` any number of times. */
type Frame =
  | { kind: 'job'; version: 1; job: JournaledJob }
  | { kind: 'layout'; layout: HashLayout }
  | { kind: 'pieces'; pieces: readonly HashedPieces[] };

/** A journal that would become longer is not written on: millions of files, or of tiny pieces. */
const longestJournal = 64 * 1024 * 1024;
/** All of them; the oldest go first. */
const mostBytes = 256 * 1024 * 1024;
/** What nobody has taken up by then, nobody will. */
const oldestMs = 7 * 24 * 3600 * 1000;

/** Of a job that is under way, and is taken up when the engine starts. */
const underWay = '.journal';
/** Of a job that failed: its hashes are there for when the user tries again. */
const ended = '.ended';

/** Two jobs with the same key would publish the same. */
export function jobKey({ path, choices }: Omit<JournaledJob, 'name'>): string {
  const sorted = Object.entries(choices).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([path, sorted])).slice(0, 32);
}

/**
 * The journals of hashing in a folder: what interrupted publish jobs hashed, so that they need not
 * start over. Trouble with them (a full disk, say) is told and costs the user nothing else.
 */
export class HashJournals {
  readonly #folder: string;
  readonly #onTrouble: (text: string) => void;
  /** Journals are not written while those there are looked through. */
  #lookingThrough: Promise<unknown> = Promise.resolve();

  constructor(folder: string, onTrouble: (text: string) => void) {
    this.#folder = folder;
    this.#onTrouble = onTrouble;
  }

  /**
   * The journal of a job that begins, with what an earlier run of the same job hashed. When this
   * returns, the job is written down to be taken up.
   */
  async open(job: JournaledJob): Promise<HashJournal> {
    await this.#lookingThrough;
    const base = join(this.#folder, jobKey(job));
    const interrupted = await this.#guard(() => readBefore(`${base}${underWay}`));
    const failed = interrupted ? null : await this.#guard(() => readBefore(`${base}${ended}`));
    // One with hashes says what the job is, and is not to be lost before there are more.
    if (failed) await this.#guard(() => rename(`${base}${ended}`, `${base}${underWay}`));
    else if (!interrupted) await this.#guard(() => writeJob(base, job));
    return new HashJournal(base, job, interrupted ?? failed ?? null, this.#onTrouble);
  }

  /** The jobs that were under way when the engine ended. Removes journals that are of no use. */
  unfinished(now: number): Promise<JournaledJob[]> {
    const jobs = this.#unfinished(now);
    this.#lookingThrough = jobs.catch(() => undefined);
    return jobs;
  }

  async #unfinished(now: number): Promise<JournaledJob[]> {
    const jobs: JournaledJob[] = [];
    for (const path of (await this.#guard(() => this.#prune(now))) ?? []) {
      if (!path.endsWith(underWay)) continue;
      const job = await this.#guard(() => readJob(path));
      if (job) jobs.push(job);
      else await this.#guard(() => rm(path, { force: true }));
    }
    return jobs;
  }

  /** Removes what is too old or too much; returns what is left, the oldest last. */
  async #prune(now: number): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        return { path, stats: await stat(path) };
      }),
    );
    found.sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
    const kept: string[] = [];
    let bytes = 0;
    for (const { path, stats } of found) {
      bytes += stats.size;
      const isJournal = path.endsWith(underWay) || path.endsWith(ended);
      if (isJournal && bytes <= mostBytes && now - stats.mtimeMs < oldestMs) kept.push(path);
      else await rm(path, { force: true });
    }
    return kept;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#onTrouble(messageOf(error));
      return undefined;
    }
  }
}

/** Writes a journal that says only what the job is. */
async function writeJob(base: string, job: JournaledJob): Promise<void> {
  const file = await beginJournal(base, encodeFrame(jobFrame(job)));
  await file.close();
}

/** Begins a journal, in the place of one that may be there, once all of `bytes` is on the disk. */
async function beginJournal(base: string, bytes: Uint8Array): Promise<FileHandle> {
  await mkdir(dirname(base), { recursive: true });
  const temporary = `${base}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.appendFile(bytes);
    await file.sync();
    await rename(temporary, `${base}${underWay}`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function jobFrame(job: JournaledJob): Frame {
  return { kind: 'job', version: 1, job };
}

async function readBefore(path: string): Promise<HashedBefore | null> {
  let layout: HashLayout | undefined;
  const pieces: HashedPieces[] = [];
  for (const frame of await framesOf(path)) {
    if (frame.kind === 'job' && frame.version !== 1) return null;
    if (frame.kind === 'layout') layout = frame.layout;
    if (frame.kind === 'pieces') pieces.push(...frame.pieces);
  }
  return layout ? { layout, pieces } : null;
}

async function readJob(path: string): Promise<JournaledJob | null> {
  for (const frame of await framesOf(path)) {
    return frame.kind === 'job' && frame.version === 1 ? frame.job : null;
  }
  return null;
}

/** None when there is no such file. */
async function framesOf(path: string): Promise<Iterable<Frame>> {
  try {
    return decodeFrames(await readFile(path)) as Iterable<Frame>;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * What a publish job hashes, written down while it does: no hashes before the first seconds, after
 * which it is worth it.
 */
class HashJournal implements HashCheckpoint {
  readonly before: HashedBefore | null;
  readonly #base: string;
  readonly #job: JournaledJob;
  readonly #onTrouble: (text: string) => void;
  /** The file says more than what the job is. */
  #hasHashes: boolean;
  #file: FileHandle | undefined;
  #length = 0;
  #givenUp = false;
  /** What is under way; each waits for the one before. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    base: string,
    job: JournaledJob,
    before: HashedBefore | null,
    onTrouble: (text: string) => void,
  ) {
    this.#base = base;
    this.#job = job;
    this.before = before;
    this.#hasHashes = before !== null;
    this.#onTrouble = onTrouble;
  }

  onHashed(layout: HashLayout, pieces: readonly HashedPieces[]): void {
    this.#then(async () => {
      if (this.#givenUp) return;
      const frames: Frame[] = [{ kind: 'pieces', pieces }];
      if (!this.#file) {
        frames.unshift(jobFrame(this.#job), { kind: 'layout', layout });
      }
      const bytes = Buffer.concat(frames.map(encodeFrame));
      this.#length += bytes.length;
      if (this.#length > longestJournal) this.#givenUp = true;
      else if (this.#file) await this.#file.appendFile(bytes);
      else await this.#begin(bytes);
    });
  }

  /** The job is over, and nobody will want to take it up. */
  async remove(): Promise<void> {
    await this.#close();
    this.#then(() => rm(`${this.#base}${underWay}`, { force: true }));
    this.#then(() => rm(`${this.#base}${ended}`, { force: true }));
    await this.#work;
  }

  /** The job is interrupted; it is to be taken up when the engine starts. */
  async keep(): Promise<void> {
    await this.#close();
  }

  /** The job failed: kept for when the user tries again, not to be taken up by itself. */
  async keepEnded(): Promise<void> {
    await this.#close();
    this.#then(() =>
      this.#hasHashes
        ? rename(`${this.#base}${underWay}`, `${this.#base}${ended}`)
        : rm(`${this.#base}${underWay}`, { force: true }),
    );
    await this.#work;
  }

  /** In the place of the journal of the earlier run. */
  async #begin(bytes: Uint8Array): Promise<void> {
    this.#file = await beginJournal(this.#base, bytes);
    this.#hasHashes = true;
    await rm(`${this.#base}${ended}`, { force: true });
  }

  async #close(): Promise<void> {
    this.#then(async () => this.#file?.close());
    await this.#work;
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#givenUp = true;
      this.#onTrouble(messageOf(error));
    });
  }
}
