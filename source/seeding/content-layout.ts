import type { SeedContent } from './content.ts';
import type { BlockRequest } from './wire/messages.ts';

/** A stretch of one file. */
export interface FileSpan {
  /** Index in the content's files. */
  file: number;
  /** Where in the file, bytes. */
  position: number;
  length: number;
}

/** Where pieces, blocks and files of a content lie in one another (BEP 3). */
export class ContentLayout {
  readonly content: SeedContent;
  readonly fileCount: number;
  readonly #starts: Float64Array;

  constructor(content: SeedContent) {
    this.content = content;
    this.#starts = content.fileStarts;
    this.fileCount = content.fileStarts.length - 1;
    const end = content.fileStarts.at(-1);
    if (end !== content.size) {
      throw new RangeError(`files of ${end} bytes in a content of ${content.size}`);
    }
  }

  /** Whether there is such a block; requests may ask for any numbers. */
  has(block: BlockRequest): boolean {
    const { pieceLength, pieceCount, size } = this.content;
    if (block.piece >= pieceCount || block.length === 0) return false;
    const pieceSize = Math.min(pieceLength, size - block.piece * pieceLength);
    return block.begin + block.length <= pieceSize;
  }

  /** Where a block begins in the whole content. */
  offsetOf(block: BlockRequest): number {
    return block.piece * this.content.pieceLength + block.begin;
  }

  /** The block as its request named it, which lies within one piece. */
  blockAt(offset: number, length: number): BlockRequest {
    const piece = Math.floor(offset / this.content.pieceLength);
    return { piece, begin: offset - piece * this.content.pieceLength, length };
  }

  /** The files that a stretch of the content lies in, in order; empty files hold none of it. */
  spans(offset: number, length: number): FileSpan[] {
    const spans: FileSpan[] = [];
    let file = this.#fileAt(offset);
    let position = offset - this.#startOf(file);
    let left = length;
    while (left > 0) {
      const taken = Math.min(left, this.#startOf(file + 1) - this.#startOf(file) - position);
      if (taken > 0) spans.push({ file, position, length: taken });
      left -= taken;
      position = 0;
      file++;
    }
    return spans;
  }

  /** How many files a stretch of the content goes over, empty ones between them included. */
  filesAcross(offset: number, length: number): number {
    return this.#fileAt(offset + length - 1) - this.#fileAt(offset) + 1;
  }

  /** The pieces that a file has bytes in: from `first` up to but not including `end`. */
  piecesOf(file: number): { first: number; end: number } {
    const start = this.#startOf(file);
    const fileEnd = this.#startOf(file + 1);
    const { pieceLength } = this.content;
    const first = Math.floor(start / pieceLength);
    return { first, end: fileEnd === start ? first : Math.ceil(fileEnd / pieceLength) };
  }

  #startOf(file: number): number {
    return this.#starts[file] ?? this.content.size;
  }

  /** The last file that begins at or before `offset`: empty ones before it begin there as well. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.fileCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
