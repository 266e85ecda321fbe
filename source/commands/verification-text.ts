import { formatBytes } from '../format/units.ts';
import { counted } from './published.ts';

/** What comparing content with its pieces came to, as far as it is told. */
export interface VerificationFacts {
  whole: boolean;
  name: string;
  /** Bytes. */
  size: number;
  pieces: number;
  goodPieces: number;
  wrong: number;
  missing: number;
  /** Ranges of indexes, both ends with them. */
  wrongPieces: readonly [first: number, last: number][];
  missingPieces: readonly [first: number, last: number][];
  /** How many files there are, and how many of them are not good. */
  files: number;
  bad: number;
  /** Those that are not good; perhaps not all. */
  badFiles: readonly {
    path: string;
    length: number;
    onDisk: number | null;
    status: string;
    sharesPieceWith?: string;
    pieces: number;
    goodPieces: number;
  }[];
}

/** The same, for people. */
export async function verificationText(facts: VerificationFacts): Promise<string> {
  const { files, bad, badFiles, pieces, goodPieces } = facts;
  if (facts.whole) {
    return `whole: ${facts.name}, ${counted(files, 'file')}, ${counted(pieces, 'piece')}, ${formatBytes(facts.size)}\n`;
  }
  // Only here: its rules for wide characters take longer to load than all the rest.
  const { formatTable } = await import('./table.ts');
  const table = formatTable(
    [
      { title: 'STATUS' },
      { title: 'GOOD PIECES', align: 'right' },
      { title: 'SIZE' },
      { title: 'FILE' },
    ],
    badFiles.map((file) => [
      file.status,
      `${file.goodPieces}/${file.pieces}`,
      sizeText(file),
      withNeighbour(file),
    ]),
  );
  const more = bad > badFiles.length ? `… and ${bad - badFiles.length} more\n` : '';
  return [
    bad > 0 ? `${table}${more}\n` : '',
    `${files - bad} of ${files} files are good\n`,
    `${goodPieces} of ${pieces} pieces are good`,
    ...piecesText('wrong', facts.wrong, facts.wrongPieces),
    ...piecesText('missing', facts.missing, facts.missingPieces),
    '\n',
  ].join('');
}

/** A file's path; of one that is unproven, why. */
export function withNeighbour(file: { path: string; sharesPieceWith?: string }): string {
  const { path, sharesPieceWith: neighbour } = file;
  return neighbour === undefined ? path : `${path} (shares a piece with ${neighbour})`;
}

function sizeText({ onDisk, length }: { onDisk: number | null; length: number }): string {
  if (onDisk === null || onDisk === length) return formatBytes(length);
  return `${onDisk} of ${length} bytes`;
}

const rangesShown = 10;

function piecesText(
  what: string,
  count: number,
  ranges: readonly [first: number, last: number][],
): string[] {
  if (count === 0) return [];
  const shown = ranges
    .slice(0, rangesShown)
    .map(([first, last]) => (first === last ? first : `${first}-${last}`));
  const more = ranges.length > rangesShown ? ', …' : '';
  return [`\n${what}: ${count} (${shown.join(', ')}${more})`];
}
