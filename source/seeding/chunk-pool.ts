import { blockLength, pieceHeaderLength } from './wire/messages.ts';

/** A PIECE message with a block of the usual length. */
const slotLength = pieceHeaderLength + blockLength;

/** How many such messages the buffers of the pool hold. */
const slotCounts = [1, 4, 8, 16, 32] as const;

/** The most data that one chunk carries, bytes. */
export const maxChunkData = 32 * blockLength;

/** What a chunk may carry when the pool has lent as much as it should. */
const scarceChunkData = 4 * blockLength;

/**
 * A buffer of PIECE messages as they go to the socket: headers and data in one stretch, so that
 * one system call reads into it and one writes it. `data` are the places of the data when all
 * blocks have the usual length, cut once and for all.
 */
export interface ChunkBuffer {
  readonly bytes: Uint8Array;
  readonly data: readonly Uint8Array[];
}

interface SizeClass {
  readonly slots: number;
  readonly idle: ChunkBuffer[];
  /** The fewest that were idle since the last trim. */
  leastIdle: number;
}

/** The buffers that every peer's data goes through, lent and given back. */
export class ChunkPool {
  readonly #budget: number;
  readonly #classes: SizeClass[] = slotCounts.map((slots) => ({ slots, idle: [], leastIdle: 0 }));
  #lent = 0;

  /** `budget`: how many bytes may be lent before chunks are kept small. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Bytes lent at the moment. */
  get lent(): number {
    return this.#lent;
  }

  /** Bytes kept for later. */
  get idle(): number {
    return this.#classes.reduce(
      (sum, { slots, idle }) => sum + slots * slotLength * idle.length,
      0,
    );
  }

  /**
   * How much data a peer that would use `wanted` bytes may have in one chunk. However many buffers
   * slow peers hold, everybody gets a little: nobody waits for another one's socket.
   */
  allowance(wanted: number): number {
    return this.#lent < this.#budget ? wanted : Math.min(wanted, scarceChunkData);
  }

  /** Lends a buffer for PIECE messages of `length` bytes in all, at most 32 of the usual ones. */
  take(length: number): ChunkBuffer {
    const fitting = this.#classes.find(({ slots }) => slots * slotLength >= length);
    if (!fitting) throw new RangeError(`no chunk holds ${length} bytes`);
    const buffer = fitting.idle.pop() ?? allocate(fitting.slots);
    fitting.leastIdle = Math.min(fitting.leastIdle, fitting.idle.length);
    this.#lent += buffer.bytes.length;
    return buffer;
  }

  /** Takes a buffer back. The last one back is the next one lent: it is still in the CPU's cache. */
  give(buffer: ChunkBuffer): void {
    this.#lent -= buffer.bytes.length;
    this.#classes.find(({ slots }) => slots === buffer.data.length)?.idle.push(buffer);
  }

  /** Does without a buffer for good, as something may still be written into it. */
  lose(buffer: ChunkBuffer): void {
    this.#lent -= buffer.bytes.length;
  }

  /** Lets go of the buffers that nobody needed since the last call. */
  trim(): void {
    for (const sizeClass of this.#classes) {
      sizeClass.idle.splice(0, sizeClass.leastIdle);
      sizeClass.leastIdle = sizeClass.idle.length;
    }
  }
}

function allocate(slots: number): ChunkBuffer {
  const bytes = Buffer.allocUnsafeSlow(slots * slotLength);
  const data = Array.from({ length: slots }, (_, slot) => {
    const start = slot * slotLength + pieceHeaderLength;
    return bytes.subarray(start, start + blockLength);
  });
  return { bytes, data };
}
