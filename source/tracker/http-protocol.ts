import type { Announce, AnnounceAnswer, AnnounceEvent, Refusal, ScrapeEntry } from './announce.ts';
import { parseTrackerPath } from './announce-path.ts';
import type { BinaryString } from './binary-string.ts';
import { ByteWriter } from './byte-writer.ts';
import { formatIpAddress, parseCompactEndpoint } from './ip-address.ts';
import type { PeerAddress, PeerList } from './peer-list.ts';
import { percentDecode } from './percent-decoding.ts';

/**
 * The tracker protocol over HTTP (BEP 3, 7, 21, 23, 24, 31, 48): request targets in, values out;
 * answers in, bencoded bytes out. No sockets.
 */

export interface HttpAnnounce extends Announce {
  kind: 'announce';
  /** Peers as one string of 6 bytes each (BEP 23), not as dictionaries. */
  compact: boolean;
  /** The dictionaries leave the peer ids out. */
  noPeerId: boolean;
  /** It knows of tracker ids, and so is told ours, and a warning even when there is none. */
  asksTrackerId: boolean;
  /** The addresses it wants to be known by; null when it names none. */
  claims: AddressClaims | null;
}

/** The addresses that an announce names: text, perhaps none at all. */
export interface AddressClaims {
  /** Instead of the one it comes from (BEP 3). */
  ip: string | null;
  /** Of that family, perhaps with a port of its own (BEP 7). */
  ipv4: string | null;
  ipv6: string | null;
}

export interface HttpScrape {
  kind: 'scrape';
  /** Each 20 bytes, each once. */
  infoHashes: BinaryString[];
  passkey: string | null;
}

/** How many info hashes one scrape may ask for; more are not answered. */
const maxScrapeHashes = 100;

/**
 * Reads the target of a request line (`/announce?…`, also in absolute form), one byte a
 * character. Null when its path is not the tracker's.
 */
export function parseTarget(target: string): HttpAnnounce | HttpScrape | Refusal | null {
  const mark = target.indexOf('?');
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const tracker = parseTrackerPath(pathOf(target));
  if (tracker === null) return null;
  const { action, passkey } = tracker;
  return action === 'announce' ? parseAnnounce(query, passkey) : parseScrape(query, passkey);
}

/** The path of a request target, also of one in absolute form. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?');
  const beforeQuery = mark < 0 ? target : target.slice(0, mark);
  return beforeQuery.replace(/^https?:\/\/[^/]*/i, '');
}

function parseAnnounce(query: string, passkey: string | null): HttpAnnounce | Refusal {
  const parameters = readParameters(query);

  const hashes = parameters.infoHashes;
  if (hashes.length === 0) return refusal('info_hash is missing');
  if (hashes.length > 1) return refusal('info_hash is given more than once');
  const infoHash = percentDecode(hashes[0] ?? '');
  if (infoHash === null) return refusal('info_hash has a broken percent escape');
  if (infoHash.length !== 20) return refusal('info_hash is not 20 bytes long');

  const rawPeerId = parameters.first.get('peer_id');
  if (rawPeerId === undefined) return refusal('peer_id is missing');
  const peerId = percentDecode(rawPeerId);
  if (peerId === null) return refusal('peer_id has a broken percent escape');
  if (peerId.length !== 20) return refusal('peer_id is not 20 bytes long');

  const event = readEvent(parameters.first.get('event') ?? '');
  if (event === null) return refusal('event is not known');

  const port = readInteger(parameters.first.get('port'));
  // A peer that stops has no need of a port, and some clients send 0 then.
  if (port === null || port > 65535 || (port === 0 && event !== 'stopped')) {
    return refusal('port is not a number from 1 to 65535');
  }

  return {
    kind: 'announce',
    infoHash,
    peerId,
    port,
    // Whatever is no number leaves something to download, so that nobody counts as a seed by it.
    complete: readInteger(parameters.first.get('left')) === 0,
    event,
    numWant: readInteger(parameters.first.get('numwant')),
    key: readKey(parameters.first.get('key')),
    passkey,
    uploaded: readBytes(parameters.first.get('uploaded')),
    downloaded: readBytes(parameters.first.get('downloaded')),
    // As BEP 23 recommends: compact unless it asks for something else.
    compact: (parameters.first.get('compact') ?? '1') === '1',
    noPeerId: parameters.first.get('no_peer_id') === '1',
    asksTrackerId: parameters.first.has('trackerid'),
    claims: readClaims(parameters.first),
  };
}

function parseScrape(query: string, passkey: string | null): HttpScrape | Refusal {
  const { infoHashes: rawHashes } = readParameters(query);
  // Without one it would be a scrape of everything: the list of what is published is not for all.
  if (rawHashes.length === 0) return refusal('info_hash is missing');
  const infoHashes = new Set<BinaryString>();
  for (const raw of rawHashes) {
    const infoHash = percentDecode(raw);
    if (infoHash === null) return refusal('info_hash has a broken percent escape');
    if (infoHash.length !== 20) return refusal('info_hash is not 20 bytes long');
    if (infoHashes.size < maxScrapeHashes) infoHashes.add(infoHash);
  }
  return { kind: 'scrape', infoHashes: [...infoHashes], passkey };
}

interface Parameters {
  /** Not decoded. */
  infoHashes: string[];
  /** The first value of every other parameter; of `peer_id` not decoded. */
  first: Map<string, string>;
}

function readParameters(query: string): Parameters {
  const infoHashes: string[] = [];
  const first = new Map<string, string>();
  for (const parameter of query.split('&')) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const name = decoded(parameter.slice(0, equals));
    const value = parameter.slice(equals + 1);
    if (name === 'info_hash') infoHashes.push(value);
    else if (!first.has(name)) first.set(name, name === 'peer_id' ? value : decoded(value));
  }
  return { infoHashes, first };
}

/** What a text stands for; itself, when an escape in it is broken. */
function decoded(text: string): string {
  return text.includes('%') || text.includes('+') ? (percentDecode(text) ?? text) : text;
}

/** Decimal digits and nothing else, or null: no sign, fraction, exponent or hexadecimal. */
function readInteger(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** A number of bytes, or null when it is none that can be counted with. */
function readBytes(text: string | undefined): number | null {
  const bytes = readInteger(text);
  return bytes !== null && Number.isSafeInteger(bytes) ? bytes : null;
}

/** The key as 32 bits: clients send hex digits, as they do over UDP, but any text is one. */
function readKey(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  if (/^[0-9a-f]{8}$/i.test(text)) return Number.parseInt(text, 16);
  // FNV-1a
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function readClaims(parameters: ReadonlyMap<string, string>): AddressClaims | null {
  const claims: AddressClaims = {
    ip: parameters.get('ip') ?? null,
    ipv4: parameters.get('ipv4') ?? null,
    ipv6: parameters.get('ipv6') ?? null,
  };
  return Object.values(claims).some((text) => text !== null) ? claims : null;
}

function readEvent(text: string): AnnounceEvent | null {
  switch (text) {
    case '':
    case 'empty':
      return 'none';
    case 'started':
    case 'stopped':
    case 'completed':
    case 'paused':
      return text;
    default:
      return null;
  }
}

function refusal(reason: string): Refusal {
  return { kind: 'refusal', reason, retryIn: null };
}

/** Where answers to announces are written, one after the other over each other. */
const room = new ByteWriter(4 * 1024);

/** What of them is always the same. */
const words = {
  complete: word('d8:completei'),
  downloaded: word('e10:downloadedi'),
  externalIp: word('e11:external ip'),
  incomplete: word('10:incompletei'),
  interval: word('e8:intervali'),
  minInterval: word('e12:min intervali'),
  peers: word('e5:peers'),
  peers6: word('6:peers6'),
  // What we call ourselves; it may be sent back in later announces, and says nothing then.
  trackerId: word('10:tracker id8:everseed'),
  warning: word('15:warning message'),
  colon: word(':'),
  list: word('l'),
  end: word('e'),
};

function word(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** The answer to an announce, in the form the request asked for. Valid until the next one. */
export function encodeAnnounceAnswer(
  answer: AnnounceAnswer,
  form: Pick<HttpAnnounce, 'compact' | 'noPeerId' | 'asksTrackerId'>,
): Buffer {
  const { peers, peers6, warning } = answer;
  const isIpv6 = answer.externalAddress.length === 16;
  room.clear();
  room.word(words.complete);
  room.number(answer.seeds);
  room.word(words.downloaded);
  room.number(answer.completed);
  room.word(words.externalIp);
  writeText(answer.externalAddress);
  room.word(words.incomplete);
  room.number(answer.leechers);
  room.word(words.interval);
  room.number(answer.interval);
  room.word(words.minInterval);
  room.number(answer.minInterval);
  // Some clients take an answer without `peers` for none, so that is always there (BEP 7).
  room.word(words.peers);
  if (form.compact) {
    writePeers(peers);
    if (isIpv6 || peers6.count > 0) {
      room.word(words.peers6);
      writePeers(peers6);
    }
  } else {
    room.word(words.list);
    for (const list of [peers, peers6]) {
      for (const peer of list.peers()) room.text(encodePeer(peer, form.noPeerId));
    }
    room.word(words.end);
  }
  if (form.asksTrackerId) room.word(words.trackerId);
  if (warning !== null || form.asksTrackerId) {
    room.word(words.warning);
    writeText(warning ?? '');
  }
  room.word(words.end);
  return room.slice(0, room.length);
}

function writeText(text: BinaryString): void {
  room.number(text.length);
  room.word(words.colon);
  room.text(text);
}

function writePeers(list: PeerList): void {
  const { compact } = list;
  room.number(compact.length);
  room.word(words.colon);
  room.bytes(compact);
}

function encodePeer(peer: PeerAddress, noPeerId: boolean): string {
  const { address, port } = parseCompactEndpoint(peer.endpoint);
  const id = noPeerId || peer.peerId === null ? '' : `7:peer id${binary(peer.peerId)}`;
  return `d2:ip${binary(formatIpAddress(address))}${id}4:port${integer(port)}e`;
}

/** The answer to a scrape (BEP 48), with the `downloaders` of BEP 21. */
export function encodeScrapeAnswer(entries: readonly ScrapeEntry[]): Buffer {
  const files = entries
    .toSorted((a, b) => (a.infoHash < b.infoHash ? -1 : 1))
    .map(
      (entry) =>
        `${binary(entry.infoHash)}d` +
        `8:complete${integer(entry.seeds)}` +
        `10:downloaded${integer(entry.completed)}` +
        `11:downloaders${integer(entry.leechers - entry.partialSeeds)}` +
        `10:incomplete${integer(entry.leechers)}e`,
    );
  return toBytes(`d5:filesd${files.join('')}ee`);
}

/** The answer to a request that is not served. It is sent with status 200: clients ask for that. */
export function encodeRefusal({ reason, retryIn }: Refusal): Buffer {
  const retry = retryIn === 'never' ? binary(retryIn) : retryIn === null ? '' : integer(retryIn);
  return toBytes(`d14:failure reason${binary(reason)}${retry && `8:retry in${retry}`}e`);
}

function integer(value: number): string {
  return `i${value}e`;
}

function binary(bytes: BinaryString): string {
  return `${bytes.length}:${bytes}`;
}

function toBytes(text: BinaryString): Buffer {
  return Buffer.from(text, 'latin1');
}
