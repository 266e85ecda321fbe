import type { SeedContent } from './content.ts';
import type { BlockRequest } from './wire/messages.ts';

/** A stretch of one file. */
export interface FileSpan extends ContentSpan {
  file: number;
}

/** A stretch of one file, or of the padding between files. */
interface ContentSpan {
  /** Index in the content's files; null for padding, which is zeros. */
  file: number | null;
  /** Where in the file, or in the padding behind it, bytes. */
  position: number;
  length: number;
}

/** Where pieces, blocks, files and padding lie in one another (BEP 3, 47, 52). */
export class ContentLayout {
  readonly content: SeedContent;
  readonly fileCount: number;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  constructor(content: SeedContent) {
    this.content = content;
    this.#starts = content.fileStarts;
    this.#ends = content.fileEnds;
    this.fileCount = content.fileEnds.length;
    const end = content.fileEnds.at(-1) ?? 0;
    if (end > content.size || content.size > content.pieceCount * content.pieceLength) {
      throw new RangeError(
        `files of ${end} bytes in a content of ${content.size} in ${content.pieceCount} pieces`,
      );
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

  /** The files and padding that a stretch of the content lies in; empty files hold none of it. */
  spans(offset: number, length: number): ContentSpan[] {
    const spans: ContentSpan[] = [];
    const end = offset + length;
    let at = offset;
    for (let file = this.#fileAt(offset); at < end; file++) {
      const inFile = Math.min(end, this.#endOf(file)) - at;
      if (inFile > 0) spans.push({ file, position: at - this.#startOf(file), length: inFile });
      at += Math.max(0, inFile);
      const padding = Math.min(end, this.#startOf(file + 1)) - at;
      if (padding > 0) {
        spans.push({ file: null, position: at - this.#endOf(file), length: padding });
        at += padding;
      }
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
    const fileEnd = this.#endOf(file);
    const { pieceLength } = this.content;
    const first = Math.floor(start / pieceLength);
    return { first, end: fileEnd === start ? first : Math.ceil(fileEnd / pieceLength) };
  }

  /** The pieces that a stretch of a file has bytes in, in the same way. */
  piecesIn({ file, position, length }: FileSpan): { first: number; end: number } {
    const { pieceLength } = this.content;
    const start = this.#startOf(file) + position;
    return {
      first: Math.floor(start / pieceLength),
      end: Math.ceil((start + length) / pieceLength),
    };
  }

  #startOf(file: number): number {
    return this.#starts[file] ?? this.content.size;
  }

  #endOf(file: number): number {
    return this.#ends[file] ?? this.content.size;
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
