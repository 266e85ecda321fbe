import type { PublicationDetail } from '../control/publications.ts';
import { stripControls } from '../format/terminal-text.ts';
import { formatBytes } from '../format/units.ts';
import { formatFacts } from './facts.ts';

/** What `--json` prints of a publication that was made. */
export function publishedJson(one: PublicationDetail): string {
  return `${JSON.stringify({
    id: one.id,
    infoHash: one.infoHash,
    infoHashV2: one.infoHashV2,
    name: one.name,
    size: one.size,
    files: one.files,
    pieceLength: one.pieceLength,
    pieces: one.pieces,
    format: one.format,
    private: one.private,
    magnet: one.magnet,
    torrentUrl: one.torrentUrl,
    pageUrl: one.pageUrl,
    path: one.path,
  })}\n`;
}

/** The same for people. */
export function publishedText(one: PublicationDetail, existing: boolean): string {
  const what = `${formatBytes(one.size)}, ${counted(one.files, 'file')}, ${counted(one.pieces, 'piece')} of ${formatBytes(one.pieceLength)}`;
  const facts = formatFacts([
    ['page', one.pageUrl],
    ['torrent', one.torrentUrl],
    ['magnet', one.magnet],
  ]);
  return `${existing ? 'is published' : 'published'} ${one.id}  ${stripControls(one.name)} (${what})\n${facts}`;
}

/** A number with its noun. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
