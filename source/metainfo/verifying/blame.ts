/** A file, and the pieces with bytes of it. */
export interface PieceSharer {
  /** The index of the first of them. */
  firstPiece: number;
  /** How many there are; they are in a row. */
  pieces: number;
  /** It is not whole, whatever its pieces are. */
  isFaulty: boolean;
  /** It does not look like the file that was hashed. */
  isSuspect: boolean;
}

/**
 * - wrong: bytes of it are not what they should be; or one of several files that may be to blame.
 * - unproven: the pieces that are its own are good, and another file is to blame for the others.
 */
export type Blame =
  | { kind: 'wrong' }
  /** `neighbour`: the place of the first file to blame that it shares a piece with. */
  | { kind: 'unproven'; neighbour: number };

/**
 * Tells which files are to blame for pieces that are not good, where files share pieces (v1): those
 * that are faulty, or alone in such a piece; for a piece that this does not explain, the suspects
 * among its files; failing that, all of its files. Answers by the place of a file among `files`;
 * files with no bytes in such pieces are left out.
 */
export function blameFiles(
  files: readonly PieceSharer[],
  badPieces: Iterable<number>,
): Map<number, Blame> {
  const sharers = new Map<number, number[]>(Array.from(badPieces, (piece) => [piece, []]));
  if (sharers.size === 0) return new Map();
  for (const [place, { firstPiece, pieces }] of files.entries()) {
    for (let piece = firstPiece; piece < firstPiece + pieces; piece++) {
      sharers.get(piece)?.push(place);
    }
  }
  const culprits = new Set<number>();
  const isCulprit = (place: number) => culprits.has(place);
  const stages: ((places: number[]) => number[])[] = [
    (places) => places.filter((place) => places.length === 1 || files[place]?.isFaulty),
    (places) => places.filter((place) => files[place]?.isSuspect),
    (places) => places,
  ];
  let unexplained = [...sharers.values()];
  for (const blamedOf of stages) {
    for (const place of unexplained.flatMap(blamedOf)) culprits.add(place);
    unexplained = unexplained.filter((places) => !places.some(isCulprit));
  }

  const blames = new Map<number, Blame>();
  for (const places of sharers.values()) {
    const neighbour = places.find(isCulprit);
    if (neighbour === undefined) continue;
    for (const place of places) {
      if (isCulprit(place)) blames.set(place, { kind: 'wrong' });
      else if (!blames.has(place)) blames.set(place, { kind: 'unproven', neighbour });
    }
  }
  return blames;
}
