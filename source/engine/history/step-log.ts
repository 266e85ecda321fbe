import { appendFile, mkdir, readFile, rename, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../../errors.ts';
import { decodeFrames, encodeFrame } from '../../publishing/journal-frames.ts';

/** What was measured in one step of a range: of all that was busy, each at the same place. */
export interface MeasuredStep {
  step: number;
  /** How many samples the means are of. */
  samples: number;
  /** Of publications; `allTogether` for the sum. */
  ids: Uint32Array;
  /** Bytes per second. */
  uploadRates: Float32Array;
  peers: Float32Array;
}

/** The id under which the sum over all publications is kept, which no publication has. */
export const allTogether = 0;

/**
 * The steps of one range on disk: a file that is added to until it is as long as the range, and the
 * one before that. What is too old goes with its file, so nothing is ever written anew.
 */
export class StepLog {
  readonly #file: string;
  readonly #steps: number;
  /** The first step in the file that is added to; null while there is none. */
  #first: number | null = null;

  /** `steps`: how many the range has. */
  constructor(file: string, steps: number) {
    this.#file = file;
    this.#steps = steps;
  }

  /** What is kept, the oldest first; of a step that was written twice, what was written last. */
  async load(): Promise<MeasuredStep[]> {
    const before = await readSteps(this.#beforeFile);
    const steps = await readSteps(this.#file);
    this.#first = steps[0]?.step ?? null;
    const byStep = new Map([...before, ...steps].map((one) => [one.step, one]));
    return [...byStep.values()].sort((a, b) => a.step - b.step);
  }

  /** Adds steps, the oldest first. */
  async append(steps: readonly MeasuredStep[]): Promise<void> {
    const [next] = steps;
    if (!next) return;
    await mkdir(dirname(this.#file), { recursive: true });
    if (this.#first !== null && next.step - this.#first >= this.#steps) {
      await rename(this.#file, this.#beforeFile);
      this.#first = null;
    }
    await appendFile(this.#file, encodeFrame(steps), { mode: 0o600 });
    this.#first ??= next.step;
  }

  get #beforeFile(): string {
    return `${this.#file}.before`;
  }
}

/** Cuts off what a crash left torn, behind which nothing could be read. */
async function readSteps(file: string): Promise<MeasuredStep[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  const frames = decodeFrames(bytes);
  const steps: MeasuredStep[] = [];
  let frame = frames.next();
  for (; !frame.done; frame = frames.next()) steps.push(...(frame.value as MeasuredStep[]));
  if (frame.value < bytes.length) await truncate(file, frame.value);
  return steps;
}
