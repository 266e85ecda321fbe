import type { PublicationDetail } from '../../control/publications.ts';

/** A link to give to others, and what it is called. */
export interface Copyable {
  label: string;
  text: string;
}

/** The links of a publication, the one for a phone first: its page has the others. */
export function linksOf({ magnet, torrentUrl, pageUrl }: PublicationDetail): readonly Copyable[] {
  return [
    { label: 'page URL', text: pageUrl },
    { label: 'magnet link', text: magnet },
    { label: '.torrent URL', text: torrentUrl },
  ];
}
