import { isV2PieceLength } from '../merkle.ts';
import { type Rule, when } from './finding.ts';

const sha1Length = 20;
const largestUsual = 16 * 1024 * 1024;

/** libtorrent refuses a torrent of more pieces than this. */
const mostPieces = 2 ** 21;

export const missingPieceLength: Rule = ({ pieceLength }) =>
  when(
    pieceLength === null || pieceLength <= 0,
    'error',
    'piece-length-missing',
    'its piece length is missing or not above zero',
  );

/** v2 knows powers of two from 16 KiB alone; with v1 others work, but not everywhere. */
export const oddPieceLength: Rule = ({ pieceLength, v2Files }) => {
  if (pieceLength === null || pieceLength <= 0) return [];
  return when(
    !isV2PieceLength(pieceLength),
    v2Files ? 'error' : 'warning',
    'piece-length-odd',
    `its piece length, ${pieceLength}, is not a power of two from 16 KiB`,
  );
};

export const largePieceLength: Rule = ({ pieceLength }) =>
  when(
    pieceLength !== null && pieceLength > largestUsual,
    'warning',
    'piece-length-large',
    'its pieces are larger than 16 MiB: some clients refuse it, and a slow peer shares nothing for long',
  );

export const manyPieces: Rule = ({ pieces }) =>
  when(
    pieces !== null && pieces.length / sha1Length > mostPieces,
    'warning',
    'pieces-many',
    `it has more than ${mostPieces} pieces, which libtorrent refuses`,
  );

export const pieceCount: Rule = ({ v1Files, pieceLength, pieces }) => {
  if (!v1Files || pieceLength === null || pieceLength <= 0) return [];
  const size = v1Files.reduce((sum, { length }) => sum + (length ?? Number.NaN), 0);
  const expected = Math.ceil(size / pieceLength) * sha1Length;
  if (Number.isNaN(expected)) return [];
  return when(
    pieces?.length !== expected,
    'error',
    'piece-count',
    `it has ${pieces?.length ?? 0} bytes of piece hashes where its size needs ${expected}`,
  );
};

export const fileLengths: Rule = ({ v1Files, v2Files }) =>
  when(
    [...(v1Files ?? []), ...(v2Files ?? [])].some(({ length }) => length === null || length < 0),
    'error',
    'file-length',
    'the length of a file is missing or out of range',
  );
