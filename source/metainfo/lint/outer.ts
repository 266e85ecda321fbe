import { getText } from '../../bencode/dictionary.ts';
import { type Finding, type Rule, when } from './finding.ts';

/** Programs that write a torrent again, sorted, give it another info hash. */
export const canonicalBencode: Rule = ({ tolerated }) =>
  when(
    tolerated !== null,
    'warning',
    'bencode',
    `it is not canonical bencode: ${tolerated?.message}`,
  );

const isPrivate = (value: unknown) => value === 1;

export const noTrackers: Rule = ({ trackers, info }) => {
  if (trackers.length > 0) return [];
  return isPrivate(info.get('private'))
    ? when(true, 'warning', 'no-trackers', 'it is private and has no tracker: nobody can find it')
    : when(true, 'note', 'no-trackers', 'it has no tracker: peers find it by DHT alone');
};

const isUrlOf = (protocols: readonly string[], text: string) =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol);

export const trackerUrls: Rule = ({ trackers }) =>
  trackers
    .flat()
    .filter((url) => !isUrlOf(['http:', 'https:', 'udp:', 'ws:', 'wss:'], url))
    .map((url) => ({
      severity: 'warning',
      rule: 'tracker-url',
      message: `${JSON.stringify(url)} is no URL of a tracker`,
    }));

/** Clients that know `announce-list` ask nobody else (BEP 12). */
export const announceUnlisted: Rule = ({ dictionary, trackers }) => {
  const announce = getText(dictionary, 'announce');
  const unlisted = announce && trackers.length > 0 && !trackers.flat().includes(announce);
  return when(
    Boolean(unlisted),
    'warning',
    'announce-unlisted',
    `${JSON.stringify(announce)}, its announce URL, is not in its announce-list: most clients ignore it`,
  );
};

export const repeatedTrackers: Rule = ({ trackers }) => {
  const all = trackers.flat();
  return when(
    new Set(all).size < all.length,
    'note',
    'tracker-repeated',
    'a tracker is in it more than once',
  );
};

export const webSeedUrls: Rule = ({ webSeeds, torrent }) =>
  webSeeds.flatMap((url) => [
    ...when(
      !isUrlOf(['http:', 'https:', 'ftp:'], url),
      'warning',
      'web-seed-url',
      `${JSON.stringify(url)} is no URL of a web seed`,
    ),
    // BEP 19: the name and path are appended to it.
    ...when(
      torrent?.info.kind === 'folder' && !url.endsWith('/'),
      'note',
      'web-seed-folder',
      `the web seed ${JSON.stringify(url)} of a folder does not end with a slash`,
    ),
  ]);

export const privateFlag: Rule = ({ info, nodes }) => {
  const value = info.get('private');
  return [
    ...when(
      value !== undefined && value !== 0 && value !== 1,
      'warning',
      'private-odd',
      'its private flag is neither 0 nor 1: some clients take it for private',
    ),
    ...when(
      isPrivate(value) && nodes.length > 0,
      'warning',
      'private-nodes',
      'it is private, yet names DHT nodes',
    ),
  ];
};

export const creationDate: Rule = ({ dictionary, creationDate: date }) =>
  when(
    dictionary.has('creation date') && date === null,
    'note',
    'creation-date',
    'its creation date is no date',
  );

/** What strict reading refuses and no rule has a name for. */
export const unbelieved: Rule = ({ problem }): Finding[] =>
  problem === null ? [] : [{ severity: 'error', rule: 'invalid', message: problem }];
