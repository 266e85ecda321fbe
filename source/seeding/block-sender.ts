import { type BlockReader, type Chunk, UnreadableFile } from './block-reader.ts';
import type { ChunkPool } from './chunk-pool.ts';
import type { UploadGate } from './limits/upload-limiter.ts';
import type { LivePublication } from './live-publication.ts';
import { type QueuedBlock, RequestQueue } from './request-queue.ts';
import { SendWindow } from './send-window.ts';
import type { Turns } from './turns.ts';
import { type BlockRequest, blockLength } from './wire/messages.ts';

/** How many places of the disk one chunk may be read from. */
const maxRunsPerChunk = 4;
/** How many files a chunk of several blocks may go over: each costs system calls of its own. */
const maxFilesPerChunk = 64;
/** How many files a block longer than the usual ones may go over. */
const maxFilesPerLongBlock = 256;

/** What all peers' senders share. */
export interface DataPlane {
  readonly reader: BlockReader;
  readonly chunks: ChunkPool;
  readonly turns: Turns;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
}

/** The connection that a sender sends over. */
interface BlockTransport {
  /** Hands bytes to the socket; `done` when it has taken them, or never will. */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
  /** The socket has taken so many bytes of content. */
  sent(payload: number): void;
  /** A file cannot be served; the publication's pieces must be marked when this returns. */
  fileFailed(error: UnreadableFile): void;
  /** These blocks will not be sent. */
  refused(blocks: QueuedBlock[]): void;
  /** Reading failed for a reason that is neither the peer's nor the content's. */
  failed(error: unknown): void;
}

/**
 * Answers one peer's requests, in its turns: takes them off the queue in stretches, reads each into a
 * chunk and hands it to the socket. What has to be waited for is read while the socket takes the
 * chunk before. No more than two chunks of the peer are in memory, however slow it is.
 */
export class BlockSender {
  readonly #publication: LivePublication;
  readonly #plane: DataPlane;
  readonly #transport: BlockTransport;
  readonly #queue: RequestQueue;
  readonly #gate: UploadGate;
  readonly #window = new SendWindow();
  readonly #turn = () => this.#takeTurn();
  #reading = false;
  /** Content read, but not yet taken by the socket. */
  #unsent = 0;
  #closed = false;

  /** `openGate` gives what limits the peer, which calls `wake` when it may go on, then and not later. */
  constructor(
    publication: LivePublication,
    plane: DataPlane,
    transport: BlockTransport,
    queueLength: number,
    openGate: (wake: () => void) => UploadGate,
  ) {
    this.#publication = publication;
    this.#plane = plane;
    this.#transport = transport;
    this.#queue = new RequestQueue(queueLength);
    this.#gate = openGate(this.#turn);
  }

  /** Whether nothing is asked for that was not sent. */
  get isIdle(): boolean {
    return this.#queue.size === 0 && !this.#reading && this.#unsent === 0;
  }

  /**
   * Queues a block, which the content must have. False when the queue is full, or the block is
   * longer than the usual ones and would cost very many reads.
   */
  add({ piece, begin, length }: BlockRequest): boolean {
    const { layout } = this.#publication;
    const offset = layout.offsetOf({ piece, begin, length });
    if (length > blockLength && layout.filesAcross(offset, length) > maxFilesPerLongBlock) {
      return false;
    }
    return this.#queue.push(offset, length);
  }

  /** Takes a block off the queue; false when it is not there, being sent already or never asked. */
  cancel(block: BlockRequest): boolean {
    return this.#queue.cancel(this.#publication.layout.offsetOf(block), block.length);
  }

  /** Empties the queue; what is being read is still sent. */
  clear(): QueuedBlock[] {
    return this.#queue.clear();
  }

  /** Goes on reading and sending in its turn, if there is something to send and room for it. */
  pump(): void {
    if (this.#mayBegin()) this.#plane.turns.add(this.#turn);
  }

  close(): void {
    this.#closed = true;
    this.#gate.close();
  }

  #takeTurn(): void {
    try {
      const chunk = this.#begin();
      if (chunk) this.#write(chunk);
    } catch (error) {
      this.#transport.failed(error);
    }
  }

  /** Reads what is to be sent next. What is in memory is returned, the rest sent once it is read. */
  #begin(): Chunk | null {
    while (this.#mayBegin()) {
      const blocks = this.#take();
      if (blocks.length === 0) return null;
      const wanted = this.#refuseUnservable(blocks);
      if (wanted.length === 0) continue;
      const { reader, turns } = this.#plane;
      const read = reader.read(this.#publication.layout, wanted, () => !this.#closed, turns.isBusy);
      if (!(read instanceof Promise)) {
        this.#unsent += read.payload;
        return read;
      }
      this.#reading = true;
      // It never rejects.
      void this.#answer(wanted, read);
    }
    return null;
  }

  #mayBegin(): boolean {
    if (this.#reading || this.#closed || this.#queue.size === 0) return false;
    return this.#unsent <= this.#window.bytes;
  }

  /** Takes blocks for one chunk off the queue; none while a limit does not let any through. */
  #take(): QueuedBlock[] {
    const wanted = this.#plane.chunks.allowance(this.#window.bytes);
    const bytes = this.#gate.take(wanted);
    if (bytes === 0) return [];
    const { layout } = this.#publication;
    let files = 0;
    const blocks = this.#queue.take(bytes, bytes / blockLength, maxRunsPerChunk, (at, length) => {
      files += layout.filesAcross(at, length);
      return files <= maxFilesPerChunk;
    });
    this.#gate.settle(bytes, bytesOf(blocks));
    return blocks;
  }

  async #answer(blocks: QueuedBlock[], read: Promise<Chunk | null>): Promise<void> {
    try {
      const chunk = await this.#readable(blocks, read);
      this.#reading = false;
      if (!chunk) this.pump();
      else if (this.#closed) this.#plane.chunks.give(chunk.buffer);
      else {
        this.#unsent += chunk.payload;
        // Before the write, which often keeps this thread for as long as the disk needs.
        const next = this.#begin();
        this.#write(chunk);
        if (next) this.#write(next);
      }
    } catch (error) {
      this.#reading = false;
      this.#transport.failed(error);
    }
  }

  /** What `read` comes to, without the blocks that cannot be read, which are refused. Null when none can. */
  async #readable(blocks: QueuedBlock[], read: Promise<Chunk | null>): Promise<Chunk | null> {
    let wanted = blocks;
    let reading: Chunk | Promise<Chunk | null> = read;
    while (true) {
      try {
        return await reading;
      } catch (error) {
        if (!(error instanceof UnreadableFile) || this.#closed) throw error;
        this.#transport.fileFailed(error);
        const left = this.#refuseUnservable(wanted);
        if (left.length === wanted.length) throw error;
        if (left.length === 0) return null;
        wanted = left;
        reading = this.#plane.reader.read(this.#publication.layout, wanted, () => !this.#closed);
      }
    }
  }

  /** Refuses the blocks whose pieces cannot be served, or not any more; returns the others. */
  #refuseUnservable(blocks: QueuedBlock[]): QueuedBlock[] {
    if (!this.#publication.withheld()) return blocks;
    const servable = blocks.filter((block) => this.#serves(block));
    if (servable.length === blocks.length) return blocks;
    this.#transport.refused(blocks.filter((block) => !this.#serves(block)));
    return servable;
  }

  #write(chunk: Chunk): void {
    const { chunks } = this.#plane;
    const startedAt = this.#plane.now();
    this.#transport.write(chunk.messages, (error) => {
      this.#unsent -= chunk.payload;
      chunks.give(chunk.buffer);
      if (error) return;
      // Even if the connection was closed since: the kernel has it.
      this.#transport.sent(chunk.payload);
      if (this.#closed) return;
      this.#window.sent(chunk.payload, this.#plane.now() - startedAt);
      this.pump();
    });
  }

  #serves(block: QueuedBlock): boolean {
    return this.#publication.serves(
      Math.floor(block.offset / this.#publication.content.pieceLength),
    );
  }
}

function bytesOf(blocks: readonly QueuedBlock[]): number {
  return blocks.reduce((sum, { length }) => sum + length, 0);
}
