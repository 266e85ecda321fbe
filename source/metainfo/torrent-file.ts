import { type DecodedDictionary, decodeDictionary } from '../bencode/decode.ts';
import { Encoded, encode } from '../bencode/encode.ts';
import { BencodeError } from '../bencode/error.ts';
import { type Info, maxTorrentValues, readInfo } from './info.ts';
import { infoHashOf, infoHashV2Of } from './info-hash.ts';
import { MetainfoError } from './metainfo-error.ts';
import { type DhtNode, type Outer, readOuter } from './outer.ts';
import { type PieceLayers, readPieceLayers } from './piece-layers.ts';

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
  nodes?: readonly DhtNode[];
  /** The hashes of the pieces of a v2 torrent's files, by their pieces root in hex (BEP 52). */
  pieceLayers?: PieceLayers | null;
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

function keyedByBytes(layers: PieceLayers): Map<string, Uint8Array> {
  return new Map(
    [...layers].map(([hex, layer]) => [Buffer.from(hex, 'hex').toString('latin1'), layer]),
  );
}

/** What a `.torrent` says: around its info dictionary (`Outer`), and in it. */
export interface Torrent extends Outer {
  info: Info;
  /** The very bytes of its info dictionary: a view of the input. */
  infoBytes: Uint8Array;
  /** The v1 info hash, 20 bytes; null in a torrent for v2 alone. */
  infoHash: Uint8Array<ArrayBuffer> | null;
  /** The v2 info hash, 32 bytes; null in a torrent for v1 alone. */
  infoHashV2: Uint8Array<ArrayBuffer> | null;
  /** Of the files longer than a piece; empty in v1. */
  pieceLayers: PieceLayers;
}

/**
 * Reads a `.torrent`. Its info dictionary and piece layers are believed whole or not at all; around
 * them, what makes no sense is left out, as other clients do.
 *
 * @throws MetainfoError when it is not a torrent, or its info claims what cannot be
 */
export function parseTorrent(bytes: Uint8Array): Torrent {
  return readTorrent(decodeTorrent(bytes));
}

/** Reads a torrent that is decoded already; throws as `parseTorrent`. */
export function readTorrent({ dictionary, raw }: DecodedDictionary): Torrent {
  const infoDictionary = dictionary.get('info');
  const infoBytes = raw.get('info');
  if (!(infoDictionary instanceof Map) || !infoBytes) {
    throw new MetainfoError('it has no info dictionary');
  }
  const info = readInfo(infoDictionary);
  return {
    info,
    infoBytes,
    infoHash: info.version === 'v2' ? null : infoHashOf(infoBytes),
    infoHashV2: info.version === 'v1' ? null : infoHashV2Of(infoBytes),
    pieceLayers: readPieceLayers(dictionary, info.files, info.pieceLength),
    ...readOuter(dictionary, infoDictionary),
  };
}

/**
 * Decodes a torrent without reading it.
 *
 * @throws MetainfoError when it is not a bencoded dictionary; keys may be unsorted
 */
export function decodeTorrent(bytes: Uint8Array): DecodedDictionary {
  try {
    return decodeDictionary(bytes, { tolerant: true, maxValues: maxTorrentValues });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new MetainfoError(`it is not valid bencode: ${error.message}`, { cause: error });
  }
}
