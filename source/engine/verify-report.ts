import type { FileVerdict, VerifyReport } from '../control/publications.ts';
import { rangesOf } from '../metainfo/verifying/ranges.ts';
import type { FileStatus, Verification } from '../metainfo/verifying/verify.ts';
import type { LivePublication } from './publications.ts';

const mostRanges = 10_000;
const mostBadFiles = 1_000;

/** What verifying a publication came to, in the words of the control protocol. */
export function verifyReportOf(
  { row, infoHash, infoHashV2 }: Pick<LivePublication, 'row' | 'infoHash' | 'infoHashV2'>,
  verifiedAt: number,
  verification: Verification,
): VerifyReport {
  const { files, wrongPieces, missingPieces } = verification;
  const bad = files.flatMap(({ status, path, length, onDisk, neighbour, pieces, goodPieces }) => {
    if (!isBad(status)) return [];
    const shares = neighbour && { sharesPieceWith: neighbour.join('/') };
    return [{ path: path.join('/'), length, onDisk, status, ...shares, pieces, goodPieces }];
  });
  return {
    id: row.id,
    infoHash,
    infoHashV2,
    name: row.name,
    path: verification.contentPath,
    verifiedAt,
    whole: verification.whole,
    pieces: verification.pieceCount,
    goodPieces: verification.goodPieces,
    wrong: wrongPieces.length,
    missing: missingPieces.length,
    wrongPieces: rangesOf(wrongPieces).slice(0, mostRanges),
    missingPieces: rangesOf(missingPieces).slice(0, mostRanges),
    files: files.length,
    bad: bad.length,
    badFiles: bad.slice(0, mostBadFiles),
  };
}

function isBad(status: FileStatus): status is FileVerdict {
  return status !== 'good';
}
