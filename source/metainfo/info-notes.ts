import { decodeDictionary } from '../bencode/decode.ts';
import { getText } from '../bencode/dictionary.ts';
import { infoHashHex } from './info-hash.ts';
import { readOuter } from './outer.ts';

/** What an info dictionary says beside the content. */
export interface InfoNotes {
  source: string | null;
  /** Where to look for a newer torrent (BEP 39). */
  updateUrl: string | null;
  /** Info hashes in hex of torrents that share files with it (BEP 38). */
  similar: string[];
  /** Names of collections (BEP 38). */
  collections: string[];
}

/**
 * Reads them of a bencoded info dictionary that is published.
 *
 * @throws BencodeError when it is none
 */
export function readInfoNotes(infoBytes: Uint8Array): InfoNotes {
  // What is published was checked when it was, however many files it has.
  const { dictionary } = decodeDictionary(infoBytes, { tolerant: true, maxValues: Infinity });
  const { updateUrl, similar, collections } = readOuter(new Map(), dictionary);
  return {
    source: getText(dictionary, 'source') ?? null,
    updateUrl,
    similar: similar.map(infoHashHex),
    collections,
  };
}
