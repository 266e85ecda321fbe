import type { Catalog } from '../catalog/catalog.ts';
import type { FileRow } from '../catalog/rows.ts';
import { parsePublishedInfo } from '../metainfo/info.ts';
import { blameFiles } from '../metainfo/verifying/blame.ts';
import { partsOfContent } from '../metainfo/verifying/verify.ts';
import type { LivePublication } from './publications.ts';

/** The files of a publication with bytes in pieces that are not good. */
export interface Damage {
  /** Those that are to blame: their paths in the torrent, with slashes. */
  wrong: readonly string[];
  /** By their place in the catalog. */
  files: ReadonlyMap<
    number,
    { kind: 'wrong' | 'unproven' /** The path of one that is to blame. */; neighbour?: string }
  >;
}

const none: Damage = { wrong: [], files: new Map() };

/** Tells which files are to blame for what was found when a publication was verified. */
export class DamagedFiles {
  readonly #catalog: Pick<Catalog, 'find' | 'info' | 'files' | 'verifications'>;
  /** By what verifying came to: each time it is another object. */
  readonly #known = new WeakMap<NonNullable<LivePublication['verification']>, Damage>();

  constructor(catalog: Pick<Catalog, 'find' | 'info' | 'files' | 'verifications'>) {
    this.#catalog = catalog;
  }

  of({ row: { id }, verification }: Pick<LivePublication, 'row' | 'verification'>): Damage {
    if (!verification || verification.badPieces === 0) return none;
    const known = this.#known.get(verification);
    if (known) return known;
    const row = this.#catalog.find(id);
    // it is being removed
    if (!row) return none;
    const damage = this.#read(id, row.createdAt);
    this.#known.set(verification, damage);
    return damage;
  }

  #read(id: number, publishedAt: number): Damage {
    const info = parsePublishedInfo(this.#catalog.info(id));
    const parts = partsOfContent(info);
    // A link that is kept as one is not in the catalog.
    const files = info.files
      .filter(({ padding }) => !padding)
      .map((file, index) => ({ ...file, part: parts[index] ?? { first: 0, last: 0 } }))
      .filter(({ symlink }) => !symlink);
    const rows = this.#catalog.files(id);
    const sharers = files.map(({ length, part }, place) => ({
      firstPiece: part.first,
      pieces: length > 0 ? part.last + 1 - part.first : 0,
      ...judge(rows[place], publishedAt),
    }));
    const blames = blameFiles(sharers, this.#catalog.verifications.badPieces(id));
    const pathOf = (place: number) =>
      info.kind === 'file' ? info.name : (files[place]?.path.join('/') ?? '');
    const places = [...blames.keys()].sort((a, b) => a - b);
    return {
      wrong: places.filter((place) => blames.get(place)?.kind === 'wrong').map(pathOf),
      files: new Map(
        Array.from(blames, ([place, blame]) => [
          place,
          blame.kind === 'wrong' ? blame : { ...blame, neighbour: pathOf(blame.neighbour) },
        ]),
      ),
    };
  }
}

/** Once a file was verified, what tells it from the published one is that it was written later. */
function judge(row: FileRow | undefined, publishedAt: number) {
  const onDisk = row?.onDisk ?? row?.length ?? 0;
  return {
    // what was not there when it was adopted has no time
    isFaulty: row === undefined || row.modifiedMs === 0 || onDisk < row.length,
    isSuspect: row !== undefined && (row.modifiedMs > publishedAt || onDisk > row.length),
  };
}
