import { type DecodedDictionary, decodeDictionary } from '../bencode/decode.ts';
import { getInteger, getText, textOf } from '../bencode/dictionary.ts';
import { Encoded, encode } from '../bencode/encode.ts';
import { BencodeError } from '../bencode/error.ts';
import type { Dictionary } from '../bencode/value.ts';
import { type Info, maxTorrentValues, readInfo } from './info.ts';
import { infoHashOf } from './info-hash.ts';
import { MetainfoError } from './metainfo-error.ts';

/** The last second of the year 9999: beyond it, and at 0, nobody meant a date. */
const lastDate = 253_402_300_799;

interface TorrentParts {
  /** The bencoded info dictionary; written as it is, so that the info hash stays. */
  info: Uint8Array;
  /** Announce URLs in tiers (BEP 12); none makes a torrent for DHT and peer exchange alone. */
  trackers: readonly (readonly string[])[];
  /** URLs of web seeds (BEP 19). */
  webSeeds?: readonly string[];
  comment?: string;
  /** Name and version of the program. */
  createdBy?: string;
  /** Seconds since the epoch. */
  creationDate?: number;
  /** Nodes of the DHT to begin with (BEP 5). */
  nodes?: readonly { host: string; port: number }[];
  /** The hashes of the pieces of a v2 torrent's files, by their pieces root in hex (BEP 52). */
  pieceLayers?: ReadonlyMap<string, Uint8Array> | null;
}

/** The bytes of a `.torrent` (BEP 3). */
export function encodeTorrent(parts: TorrentParts): Uint8Array<ArrayBuffer> {
  const tiers = parts.trackers.filter((tier) => tier.length > 0);
  const trackerCount = tiers.reduce((sum, tier) => sum + tier.length, 0);
  const webSeeds = parts.webSeeds ?? [];
  const nodes = parts.nodes ?? [];
  return encode({
    announce: tiers[0]?.[0],
    'announce-list': trackerCount > 1 ? tiers : undefined,
    comment: parts.comment,
    'created by': parts.createdBy,
    'creation date': parts.creationDate,
    info: new Encoded(parts.info),
    nodes: nodes.length > 0 ? nodes.map(({ host, port }) => [host, port]) : undefined,
    'piece layers': parts.pieceLayers ? keyedByBytes(parts.pieceLayers) : undefined,
    'url-list': webSeeds.length > 0 ? webSeeds : undefined,
  });
}

function keyedByBytes(layers: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map(
    [...layers].map(([hex, layer]) => [Buffer.from(hex, 'hex').toString('latin1'), layer]),
  );
}

/** What a `.torrent` says. */
export interface Torrent {
  info: Info;
  /** The very bytes of its info dictionary: a view of the input. */
  infoBytes: Uint8Array;
  /** The v1 info hash, 20 bytes. */
  infoHash: Uint8Array<ArrayBuffer>;
  /** Announce URLs in tiers (BEP 12). */
  trackers: string[][];
  webSeeds: string[];
  comment: string | null;
  createdBy: string | null;
  /** Seconds since the epoch, as its publisher's clock had it. */
  creationDate: number | null;
}

/**
 * Reads a `.torrent`. Its info dictionary is believed whole or not at all; around it, what makes
 * no sense is left out, as other clients do.
 *
 * @throws MetainfoError when it is not a torrent, or its info claims what cannot be
 */
export function parseTorrent(bytes: Uint8Array): Torrent {
  const { dictionary, raw } = decodeTorrent(bytes);
  const infoDictionary = dictionary.get('info');
  const infoBytes = raw.get('info');
  if (!(infoDictionary instanceof Map) || !infoBytes) {
    throw new MetainfoError('it has no info dictionary');
  }
  return {
    info: readInfo(infoDictionary),
    infoBytes,
    infoHash: infoHashOf(infoBytes),
    trackers: readTrackers(dictionary),
    webSeeds: readTexts(dictionary, 'url-list'),
    comment: getText(dictionary, 'comment.utf-8') ?? getText(dictionary, 'comment') ?? null,
    createdBy: getText(dictionary, 'created by') ?? null,
    creationDate: readCreationDate(dictionary),
  };
}

function decodeTorrent(bytes: Uint8Array): DecodedDictionary {
  try {
    return decodeDictionary(bytes, { tolerant: true, maxValues: maxTorrentValues });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new MetainfoError(`it is not valid bencode: ${error.message}`, { cause: error });
  }
}

/** `announce-list` where there is one, as BEP 12 asks; else `announce` alone. */
function readTrackers(torrent: Dictionary): string[][] {
  const list = torrent.get('announce-list');
  const tiers = (Array.isArray(list) ? list : [])
    .map((tier) => (Array.isArray(tier) ? tier : []).filter(isNonEmptyString).map(textOf))
    .filter((tier) => tier.length > 0);
  return tiers.length > 0 ? tiers : readTexts(torrent, 'announce').map((url) => [url]);
}

function readCreationDate(torrent: Dictionary): number | null {
  const seconds = getInteger(torrent, 'creation date');
  const isDate = seconds !== undefined && seconds > 0 && seconds <= lastDate;
  return isDate ? seconds : null;
}

/** A string or a list of strings, as `url-list` may be either. */
function readTexts(dictionary: Dictionary, key: string): string[] {
  const value = dictionary.get(key);
  return (Array.isArray(value) ? value : [value]).filter(isNonEmptyString).map(textOf);
}

function isNonEmptyString(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > 0;
}
