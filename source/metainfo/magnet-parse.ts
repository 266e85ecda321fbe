import { type FileRange, sha256Multihash } from './magnet.ts';
import { MetainfoError } from './metainfo-error.ts';

/** What a magnet link says. */
export interface Magnet {
  /** The v1 info hash, 20 bytes; null when there is only v2. */
  infoHash: Uint8Array | null;
  /** The v2 info hash, 32 bytes; null when there is only v1. */
  infoHashV2: Uint8Array | null;
  name: string | null;
  /** Bytes. */
  size: number | null;
  trackers: string[];
  webSeeds: string[];
  /** Peers to ask first, `host:port`. */
  peers: string[];
  /** Indexes of the files to download; none: all of them (BEP 53). */
  selected: FileRange[];
}

/** Longer than any link that anybody passes on; bounds what a stranger's costs. */
const mostCharacters = 64 * 1024;

/**
 * Reads a magnet link (BEP 9, 52, 53). Parameters may be numbered (`xt.1`); v1 hashes may be hex or
 * Base32. What makes no sense beside the info hashes is left out, as other clients do.
 *
 * @throws MetainfoError when it is no magnet link of a torrent, when an info hash is malformed, or
 *   when two of a kind differ
 */
export function parseMagnet(link: string): Magnet {
  if (link.length > mostCharacters) throw new MetainfoError('the magnet link is too long');
  const query = /^magnet:\?(.*)$/is.exec(link.trim())?.[1];
  if (query === undefined) throw new MetainfoError('it does not begin with magnet:?');
  const values = readParameters(query);
  const topics = values('xt').map((topic) => topic.toLowerCase());
  const infoHash = readTopic(topics, 'urn:btih:', readV1Hash);
  const infoHashV2 = readTopic(topics, 'urn:btmh:', readV2Hash);
  if (!infoHash && !infoHashV2) {
    throw new MetainfoError('the magnet link has no info hash (xt=urn:btih: or xt=urn:btmh:)');
  }
  return {
    infoHash,
    infoHashV2,
    name: values('dn')[0] ?? null,
    size: readSize(values('xl')[0]),
    trackers: values('tr'),
    webSeeds: values('ws'),
    peers: values('x.pe').filter(isPeerAddress),
    selected: values('so').flatMap(parseFileRanges),
  };
}

/** The unescaped values of a parameter by its name, numbered or not. */
function readParameters(query: string): (name: string) => string[] {
  const found = new Map<string, string[]>();
  for (const parameter of query.split('&')) {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(parameter) ?? [];
    if (value === '') continue;
    const name = key.toLowerCase().replace(/\.\d+$/, '');
    const values = found.get(name) ?? [];
    // Browsers write a space in a form as +; in a URL within the link, it is a plus.
    values.push(decodeEscapes(name === 'dn' ? value.replaceAll('+', ' ') : value));
    found.set(name, values);
  }
  return (name) => found.get(name) ?? [];
}

/** Bytes that are not UTF-8 become U+FFFD; a percent sign that escapes nothing stays. */
function decodeEscapes(value: string): string {
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function readTopic(
  topics: readonly string[],
  prefix: string,
  read: (text: string) => Buffer | null,
): Uint8Array | null {
  let first: Buffer | null = null;
  for (const topic of topics) {
    if (!topic.startsWith(prefix)) continue;
    const hash = read(topic.slice(prefix.length));
    if (!hash) throw new MetainfoError(`the magnet link has a malformed info hash: ${topic}`);
    if (first && !first.equals(hash)) {
      throw new MetainfoError(`the magnet link has two different ${prefix} info hashes`);
    }
    first = hash;
  }
  return first && new Uint8Array(first);
}

function readV1Hash(text: string): Buffer | null {
  if (/^[0-9a-f]{40}$/.test(text)) return Buffer.from(text, 'hex');
  return /^[a-z2-7]{32}$/.test(text) ? fromBase32(text) : null;
}

function readV2Hash(text: string): Buffer | null {
  const digits = text.startsWith(sha256Multihash) ? text.slice(sha256Multihash.length) : '';
  return /^[0-9a-f]{64}$/.test(digits) ? Buffer.from(digits, 'hex') : null;
}

/** RFC 4648, in lower case and a whole number of bytes. */
function fromBase32(text: string): Buffer {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function readSize(text: string | undefined): number | null {
  const size = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : null;
  return size !== null && Number.isSafeInteger(size) ? size : null;
}

/** Whether text is `host:port`, an IPv6 address in brackets. */
export function isPeerAddress(text: string): boolean {
  const port = /^(?:\[[0-9a-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/i.exec(text)?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) < 65_536;
}

/** Indexes and ranges of files, `0,2,4-6` (BEP 53); what is neither is left out. */
export function parseFileRanges(text: string): FileRange[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (!match) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    return first <= last ? [{ first, last }] : [];
  });
}
