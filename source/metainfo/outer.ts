import { getInteger, getList, getText, textOf } from '../bencode/dictionary.ts';
import type { BencodeValue, Dictionary } from '../bencode/value.ts';

/** The last second of the year 9999: beyond it, and at 0, nobody meant a date. */
const lastDate = 253_402_300_799;

/** How many URLs, nodes, hashes or names of a kind are read: nobody means more. */
const mostListed = 10_000;

/** A node of the DHT to begin with (BEP 5). */
export interface DhtNode {
  /** Name or address, IPv6 without brackets. */
  host: string;
  port: number;
}

/**
 * What a `.torrent` says beside its content. What makes no sense is left out: nothing here can do
 * worse than be useless.
 */
export interface Outer {
  /** Announce URLs in tiers (BEP 12). */
  trackers: string[][];
  /** URLs of web seeds (BEP 19). */
  webSeeds: string[];
  /** URLs of web seeds of the older kind (BEP 17). */
  httpSeeds: string[];
  nodes: DhtNode[];
  comment: string | null;
  /** Name and version of the program that made it. */
  createdBy: string | null;
  /** Seconds since the epoch, as its publisher's clock had it. */
  creationDate: number | null;
  /** Where to look for a newer one (BEP 39). */
  updateUrl: string | null;
  /** Info hashes, 20 or 32 bytes, of torrents that share files with it (BEP 38). */
  similar: Uint8Array[];
  /** Names of collections; torrents of one are likely to share files (BEP 38). */
  collections: string[];
}

/** Reads what stands around the info dictionary, and what may stand on either side of it. */
export function readOuter(torrent: Dictionary, info: Dictionary): Outer {
  return {
    trackers: readTrackers(torrent),
    webSeeds: readTexts(torrent, 'url-list'),
    httpSeeds: readTexts(torrent, 'httpseeds'),
    nodes: (getList(torrent, 'nodes') ?? []).slice(0, mostListed).flatMap(readNode),
    comment: getText(torrent, 'comment.utf-8') ?? getText(torrent, 'comment') ?? null,
    createdBy: getText(torrent, 'created by') ?? null,
    creationDate: readCreationDate(torrent),
    updateUrl: getText(torrent, 'update-url') ?? getText(info, 'update-url') ?? null,
    similar: [info, torrent].flatMap(readSimilar),
    collections: [info, torrent].flatMap((dictionary) => readTexts(dictionary, 'collections')),
  };
}

/** `announce-list` where there is one, as BEP 12 asks; else `announce` alone. */
function readTrackers(torrent: Dictionary): string[][] {
  const list = torrent.get('announce-list');
  let left = mostListed;
  const tiers = (Array.isArray(list) ? list : [])
    .slice(0, mostListed)
    .map((tier) => {
      const urls = textsIn(Array.isArray(tier) ? tier.slice(0, left) : []);
      left -= urls.length;
      return urls;
    })
    .filter((tier) => tier.length > 0);
  return tiers.length > 0 ? tiers : readTexts(torrent, 'announce').map((url) => [url]);
}

function readNode(value: BencodeValue): DhtNode[] {
  if (!Array.isArray(value)) return [];
  const [host, port] = value;
  if (!isNonEmptyString(host) || typeof port !== 'number') return [];
  return port > 0 && port < 65_536 ? [{ host: textOf(host), port }] : [];
}

function readCreationDate(torrent: Dictionary): number | null {
  const seconds = getInteger(torrent, 'creation date');
  const isDate = seconds !== undefined && seconds > 0 && seconds <= lastDate;
  return isDate ? seconds : null;
}

function readSimilar(dictionary: Dictionary): Uint8Array[] {
  const hashes = (getList(dictionary, 'similar') ?? [])
    .slice(0, mostListed)
    .filter(isNonEmptyString);
  return hashes.filter(({ length }) => length === 20 || length === 32);
}

/** A string or a list of strings, as `url-list` may be either. */
function readTexts(dictionary: Dictionary, key: string): string[] {
  const value = dictionary.get(key);
  return textsIn(Array.isArray(value) ? value.slice(0, mostListed) : [value]);
}

function textsIn(values: readonly unknown[]): string[] {
  return values.filter(isNonEmptyString).map(textOf);
}

function isNonEmptyString(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > 0;
}
