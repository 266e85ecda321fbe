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
import { join } from 'node:path';
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

  constructor(folder: string, onTrouble: (text: string) => void) {
    this.#folder = folder;
    this.#onTrouble = onTrouble;
  }

  /** The journal of a job that begins, with what an earlier run of the same job hashed. */
  async open(job: JournaledJob): Promise<HashJournal> {
    const base = join(this.#folder, jobKey(job));
    const before =
      (await this.#guard(() => readBefore(`${base}${underWay}`))) ??
      (await this.#guard(() => readBefore(`${base}${ended}`))) ??
      null;
    return new HashJournal(base, job, before, this.#onTrouble);
  }

  /** The jobs that were under way when the engine ended. Removes journals that are of no use. */
  async unfinished(now: number): Promise<JournaledJob[]> {
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

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  });
}

/**
 * What a publish job hashes, written down while it does: nothing before the first seconds, after
 * which it is worth it, unless the engine stops before.
 */
class HashJournal implements HashCheckpoint {
  readonly before: HashedBefore | null;
  readonly #base: string;
  readonly #job: JournaledJob;
  readonly #onTrouble: (text: string) => void;
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
    this.#onTrouble = onTrouble;
  }

  onHashed(layout: HashLayout, pieces: readonly HashedPieces[]): void {
    this.#then(async () => {
      if (this.#givenUp) return;
      const frames: Frame[] = [{ kind: 'pieces', pieces }];
      if (!this.#file) frames.unshift(this.#jobFrame(), { kind: 'layout', layout });
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

  /** The job is interrupted; it is to be taken up when the engine starts, however little is done. */
  async keep(): Promise<void> {
    this.#then(async () => {
      if (this.#file || this.#givenUp) return;
      // What an earlier run hashed is worth more than the job alone.
      if (this.before) await renameIfThere(`${this.#base}${ended}`, `${this.#base}${underWay}`);
      else await this.#begin(encodeFrame(this.#jobFrame()));
    });
    await this.#close();
  }

  /** The job failed: kept for when the user tries again, not to be taken up by itself. */
  async keepEnded(): Promise<void> {
    await this.#close();
    // There is none when it failed before there was anything to write down.
    this.#then(() => renameIfThere(`${this.#base}${underWay}`, `${this.#base}${ended}`));
    await this.#work;
  }

  #jobFrame(): Frame {
    return { kind: 'job', version: 1, job: this.#job };
  }

  /** In the place of the journal of the earlier run, once all of it is written. */
  async #begin(bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.#base, '..'), { recursive: true });
    const temporary = `${this.#base}.tmp`;
    this.#file = await open(temporary, 'w');
    await this.#file.appendFile(bytes);
    await rename(temporary, `${this.#base}${underWay}`);
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
