import { createHash, type Hash, hash } from 'node:crypto';
import { merkleBlockLength, merkleHashLength, merkleRoot } from '../merkle.ts';
import type { ContentReader } from './content-reader.ts';
import { countHashed, type HashJob, hashLength, type PieceTrees } from './hash-job.ts';

/** Hashes the pieces of one thread's share that belong to a v2 or hybrid torrent. */
export class TreePieceHasher {
  readonly #job: HashJob;
  readonly #output: PieceTrees;
  readonly #reader: ContentReader;
  /** What is read at a time: whole blocks. */
  readonly #buffer: Buffer;
  /** The hashes of the blocks of a piece. */
  readonly #leaves: Buffer;
  readonly #zeros: Buffer;

  /** `buffer` holds a whole number of blocks; what is in it is overwritten. */
  constructor(job: HashJob, output: PieceTrees, reader: ContentReader, buffer: Buffer) {
    this.#job = job;
    this.#output = output;
    this.#reader = reader;
    this.#buffer = buffer;
    this.#leaves = Buffer.allocUnsafeSlow((job.pieceLength / merkleBlockLength) * merkleHashLength);
    this.#zeros = Buffer.alloc(output.padded ? Math.min(job.pieceLength, buffer.length) : 0);
  }

  /** Hashes one piece, which lies within one file. */
  hash(piece: number): void {
    const { pieceLength } = this.#job;
    const { roots, hashes, padded } = this.#output;
    const position = piece * pieceLength;
    const { file, offset } = this.#reader.locate(position);
    const length = Math.min(pieceLength, file.length - offset);

    const sha1 = hashes && createHash('sha1');
    for (let done = 0; done < length; done += this.#buffer.length) {
      const bytes = this.#buffer.subarray(0, Math.min(this.#buffer.length, length - done));
      this.#reader.fill(bytes, position + done);
      sha1?.update(bytes);
      this.#hashBlocks(bytes, done / merkleBlockLength);
      countHashed(this.#job, bytes.length);
    }
    if (sha1 && hashes) {
      if (padded) this.#addZeros(sha1, pieceLength - length);
      hashes.set(sha1.digest(), piece * hashLength);
    }
    const leaves = this.#leaves.subarray(
      0,
      Math.ceil(length / merkleBlockLength) * merkleHashLength,
    );
    // Only the tree of a file that fits into a piece is as narrow as its blocks allow.
    const width = file.length > pieceLength ? pieceLength / merkleBlockLength : undefined;
    roots.set(merkleRoot(leaves, width), piece * merkleHashLength);
  }

  #hashBlocks(bytes: Buffer, firstLeaf: number): void {
    let leaf = firstLeaf * merkleHashLength;
    for (let start = 0; start < bytes.length; start += merkleBlockLength) {
      const block = bytes.subarray(start, start + merkleBlockLength);
      // As text, since a buffer for every block costs a tenth of the time it takes to hash it.
      this.#leaves.write(hash('sha256', block, 'binary'), leaf, 'binary');
      leaf += merkleHashLength;
    }
  }

  #addZeros(sha1: Hash, count: number): void {
    for (let left = count; left > 0; left -= this.#zeros.length) {
      sha1.update(this.#zeros.subarray(0, Math.min(left, this.#zeros.length)));
    }
  }
}
