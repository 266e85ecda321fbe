import { DiskSilent } from '../disks/disk.ts';
import type { ChunkBuffer, ChunkPool } from './chunk-pool.ts';
import type { ContentLayout, FileSpan } from './content-layout.ts';
import { FileFault } from './file-fault.ts';
import type { FilePool } from './file-pool.ts';
import type { QueuedBlock } from './request-queue.ts';
import { pieceHeaderLength, writePieceHeader } from './wire/messages.ts';

/** PIECE messages ready to be sent. Whoever has it gives `buffer` back to the pool. */
export interface Chunk {
  buffer: ChunkBuffer;
  /** The messages, a view of the buffer. */
  messages: Uint8Array;
  /** How many of their bytes are content. */
  payload: number;
}

/** A file that must be read to answer some requests cannot be served. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  /** What was to be read. */
  readonly span: FileSpan;
  readonly fault: FileFault;

  constructor({ file, position, length }: FileSpan, fault: FileFault) {
    super(fault.message, { cause: fault });
    this.span = { file, position, length };
    this.fault = fault;
  }
}

/** What is read by one system call: a stretch of a file, into the places for it in the buffer. */
interface ReadRun extends FileSpan {
  views: Uint8Array[];
}

/**
 * As long as other threads have fewer chunks to read, they are given some while this one is busy. To
 * wake a thread takes time of this one, so that more of them made it slower.
 */
const maxWhileBusy = 2;

/** Reads blocks from the files into PIECE messages. */
export class BlockReader {
  readonly #files: FilePool;
  readonly #chunks: ChunkPool;
  /** Chunks that other threads read into. */
  #underWay = 0;

  constructor(files: FilePool, chunks: ChunkPool) {
    this.#files = files;
    this.#chunks = chunks;
  }

  /**
   * Reads blocks, which the content must have, into one chunk; adjacent ones with one system call.
   * What is in memory is there at once, unless `isBusy`: then this thread has other things to do
   * while another one reads. Null once nobody wants them any more, which may be while thousands of
   * small files are read. Rejects with an UnreadableFile when a file fails; any other error is no
   * fault of the content.
   */
  read(
    layout: ContentLayout,
    blocks: readonly QueuedBlock[],
    wanted: () => boolean,
    isBusy = false,
  ): Chunk | Promise<Chunk | null> {
    let payload = 0;
    for (const block of blocks) payload += block.length;
    const length = payload + blocks.length * pieceHeaderLength;
    const buffer = this.#chunks.take(length);
    const chunk = { buffer, messages: buffer.bytes.subarray(0, length), payload };
    const { id } = layout.content;
    const runs = planRuns(layout, blocks, buffer);
    const cold =
      isBusy && this.#underWay < maxWhileBusy
        ? 0
        : runs.findIndex(
            ({ file, position, views }) => !this.#files.readCached(id, file, position, views),
          );
    return cold < 0 ? chunk : this.#readInto(chunk, id, runs.slice(cold), wanted);
  }

  async #readInto(
    chunk: Chunk,
    id: number,
    runs: readonly ReadRun[],
    wanted: () => boolean,
  ): Promise<Chunk | null> {
    this.#underWay++;
    try {
      for (const run of runs) {
        await this.#readRun(id, run);
        if (wanted()) continue;
        this.#chunks.give(chunk.buffer);
        return null;
      }
      return chunk;
    } catch (error) {
      if (mayStillRead(error)) this.#chunks.lose(chunk.buffer);
      else this.#chunks.give(chunk.buffer);
      throw error;
    } finally {
      this.#underWay--;
    }
  }

  async #readRun(id: number, run: ReadRun): Promise<void> {
    try {
      await this.#files.read(id, run.file, run.position, run.views);
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      if (!error.isLocal || run.views.length === 1) throw new UnreadableFile(run, error);
      await this.#readApart(id, run);
    }
  }

  /** Reads a run view by view, none of which is of several pieces, to find out which it is. */
  async #readApart(id: number, { file, position, views }: ReadRun): Promise<void> {
    let at = position;
    for (const view of views) {
      const part = { file, position: at, length: view.length, views: [view] };
      await this.#readRun(id, part);
      at += view.length;
    }
  }
}

/** Whether what failed may yet be done, into the buffer that it was given. */
function mayStillRead(error: unknown): boolean {
  if (!(error instanceof UnreadableFile)) return false;
  const { cause } = error.fault;
  return cause instanceof DiskSilent && cause.begun;
}

/** Writes headers and padding into the buffer and says what to read to where. */
function planRuns(
  layout: ContentLayout,
  blocks: readonly QueuedBlock[],
  buffer: ChunkBuffer,
): ReadRun[] {
  const runs: ReadRun[] = [];
  let run: ReadRun | undefined;
  let at = 0;
  for (const [index, { offset, length }] of blocks.entries()) {
    writePieceHeader(buffer.bytes, at, layout.blockAt(offset, length));
    const start = at + pieceHeaderLength;
    at = start + length;
    const slot = buffer.data[index];
    const isSlot = slot?.length === length && slot.byteOffset === buffer.bytes.byteOffset + start;
    const data = isSlot ? slot : buffer.bytes.subarray(start, at);
    let taken = 0;
    for (const span of layout.spans(offset, length)) {
      const whole = span.length === length;
      const view = whole ? data : data.subarray(taken, taken + span.length);
      taken += span.length;
      if (span.file === null) {
        view.fill(0);
      } else if (run?.file === span.file && run.position + run.length === span.position) {
        run.views.push(view);
        run.length += span.length;
      } else {
        run = { file: span.file, position: span.position, length: span.length, views: [view] };
        runs.push(run);
      }
    }
  }
  return runs;
}
