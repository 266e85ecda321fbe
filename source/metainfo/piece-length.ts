import { EverseedError } from '../errors.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const smallest = 16 * KiB;
const largestChosen = 16 * MiB;
const largestGiven = 64 * MiB;

const mostPiecesChosen = 2048;
/** libtorrent refuses a torrent of more pieces than this. */
const mostPieces = 2 ** 21;

/**
 * The piece length for content of `size` bytes: the smallest power of two, from 16 KiB, that makes
 * no more than 2048 pieces; and never more than 16 MiB. Or, where `wantedPieces` is set, no more
 * pieces than that; and never more than 64 MiB.
 *
 * Between 1024 and 2048 pieces (32 MiB to 32 GiB of content) a peer has something to share early,
 * HAVE messages stay rare, and the metainfo is at most 40 KiB: three messages for someone who
 * comes with a magnet link. Larger pieces than 16 MiB make peers with little memory or a slow line
 * suffer, so beyond 32 GiB the number of pieces grows instead.
 */
export function choosePieceLength(size: number, wantedPieces?: number): number {
  const largest = wantedPieces === undefined ? largestChosen : largestGiven;
  const most = wantedPieces ?? mostPiecesChosen;
  let pieceLength = smallest;
  while (pieceLength < largest && size / pieceLength > most) pieceLength *= 2;
  return pieceLength;
}

/**
 * The piece length for a hybrid torrent, in which padding fills the last piece of every file, and
 * is hashed like content and downloaded by those who know no pad files: `chosen`, halved for as long
 * as more than half of all would be padding. `lengths` are those of the files, in bytes.
 */
export function fitToFiles(chosen: number, lengths: Float64Array): number {
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const padded = (pieceLength: number) =>
    lengths.reduce((sum, length) => sum + Math.ceil(length / pieceLength) * pieceLength, 0);
  let pieceLength = chosen;
  while (pieceLength > smallest && padded(pieceLength) > 2 * size) pieceLength /= 2;
  return pieceLength;
}

/** Whether someone may ask for this piece length: a power of two from 16 KiB to 64 MiB. */
export function isPieceLength(value: number): boolean {
  return Number.isInteger(Math.log2(value)) && value >= smallest && value <= largestGiven;
}

/**
 * Checks a piece length that someone asked for.
 *
 * @throws EverseedError `piece-length-invalid`
 */
export function checkPieceLength(pieceLength: number): void {
  if (isPieceLength(pieceLength)) return;
  throw new EverseedError(
    'piece-length-invalid',
    `the piece length ${pieceLength} is not a power of two from 16 KiB to 64 MiB: use one, such as 1M, or auto`,
  );
}

/**
 * Checks that a piece length does not make more pieces than clients take.
 *
 * @throws EverseedError `piece-length-invalid`
 */
export function checkPieceCount(pieceCount: number, pieceLength: number): void {
  if (pieceCount <= mostPieces) return;
  throw new EverseedError(
    'piece-length-invalid',
    `the piece length ${pieceLength} makes more than ${mostPieces} pieces, which clients refuse: use a larger one, or auto`,
  );
}
