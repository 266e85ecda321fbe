import { createHash, type Hash, hash } from 'node:crypto';
import { merkleBlockLength, merkleHashLength } from '../merkle.ts';
import type { ContentReader } from './content-reader.ts';
import { indexAt, lengthAt, startAt } from './file-table.ts';
import { countHashed, type HashJob, hashLength, type PieceTrees } from './hash-job.ts';
import { PieceTree } from './piece-tree.ts';

/** Hashes the pieces of one thread's share that belong to a v2 or hybrid torrent. */
export class TreePieceHasher {
  readonly #job: HashJob;
  readonly #output: PieceTrees;
  readonly #reader: ContentReader;
  /** What is read at a time: whole blocks. */
  readonly #buffer: Buffer;
  readonly #tree: PieceTree;
  /** From here on the buffer is all zeros, as far as a piece goes. */
  #zerosFrom: number;

  /** `buffer` holds a whole number of blocks; what is in it is overwritten. */
  constructor(job: HashJob, output: PieceTrees, reader: ContentReader, buffer: Buffer) {
    this.#job = job;
    this.#output = output;
    this.#reader = reader;
    this.#buffer = buffer;
    this.#tree = new PieceTree(job.pieceLength / merkleBlockLength);
    this.#zerosFrom = buffer.length;
  }

  /** Hashes one piece, which lies within one file. */
  hash(piece: number): void {
    const { pieceLength, files } = this.#job;
    const position = piece * pieceLength;
    const index = indexAt(files, position);
    const fileLength = lengthAt(files, index);
    const length = Math.min(pieceLength, fileLength - (position - startAt(files, index)));
    const sha1 =
      pieceLength <= this.#buffer.length
        ? this.#hashAtOnce(position, length)
        : this.#hashInParts(position, length);
    if (sha1) this.#output.hashes?.set(sha1, piece * hashLength);

    const blocks = Math.ceil(length / merkleBlockLength);
    // Only the tree of a file that fits into a piece is as narrow as its blocks allow.
    const width = fileLength > pieceLength ? pieceLength / merkleBlockLength : blocks;
    this.#output.roots.set(this.#tree.root(blocks, width), piece * merkleHashLength);
  }

  /** Puts the piece's blocks into the tree; returns its SHA-1 where that is wanted. */
  #hashAtOnce(position: number, length: number): Uint8Array | null {
    const bytes = this.#read(position, length, 0);
    const { hashes, padded } = this.#output;
    if (!hashes) return null;
    if (!padded) return hash('sha1', bytes, 'buffer');
    // Most small files leave most of the buffer as the one before did.
    if (this.#zerosFrom > length) this.#buffer.fill(0, length, this.#zerosFrom);
    this.#zerosFrom = length;
    return hash('sha1', this.#buffer.subarray(0, this.#job.pieceLength), 'buffer');
  }

  /** The same for a piece that is longer than the buffer. */
  #hashInParts(position: number, length: number): Uint8Array | null {
    const { hashes, padded } = this.#output;
    const sha1 = hashes && createHash('sha1');
    for (let done = 0; done < length; done += this.#buffer.length) {
      const partLength = Math.min(this.#buffer.length, length - done);
      const bytes = this.#read(position + done, partLength, done / merkleBlockLength);
      sha1?.update(bytes);
    }
    if (sha1 && padded) this.#addZeros(sha1, this.#job.pieceLength - length);
    return sha1?.digest() ?? null;
  }

  /** Reads a part of a piece, and hashes its blocks. */
  #read(position: number, length: number, firstBlock: number): Buffer {
    const bytes = this.#buffer.subarray(0, length);
    this.#reader.fill(bytes, position);
    this.#zerosFrom = Math.max(this.#zerosFrom, length);
    let block = firstBlock;
    for (let start = 0; start < length; start += merkleBlockLength) {
      this.#tree.setBlock(block++, bytes.subarray(start, start + merkleBlockLength));
    }
    countHashed(this.#job, length);
    return bytes;
  }

  #addZeros(sha1: Hash, count: number): void {
    if (count === 0) return;
    this.#buffer.fill(0);
    for (let left = count; left > 0; left -= this.#buffer.length) {
      sha1.update(this.#buffer.subarray(0, Math.min(left, this.#buffer.length)));
    }
  }
}
