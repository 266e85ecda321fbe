import type { CatalogReader } from '../catalog/catalog-reader.ts';
import type { PublicationRow } from '../catalog/rows.ts';
import { type LinkOptions, torrentOf } from '../publishing/links.ts';

/** The `.torrent` of a publication in the catalog; with a passkey, that of its member. */
export function readTorrent(
  catalog: CatalogReader,
  row: PublicationRow,
  links: LinkOptions,
  passkey: string | null = null,
): Uint8Array {
  const info = catalog.info(row.id);
  if (!info) throw new Error(`publication ${row.id} has no info`);
  const pieceLayers = row.infoHashV2 && catalog.pieceLayers(row.id);
  return torrentOf(row, { info, pieceLayers }, links, passkey);
}
