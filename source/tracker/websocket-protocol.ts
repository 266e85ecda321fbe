import type { AnnounceEvent, Refusal, ScrapeEntry } from './announce.ts';
import type { BinaryString } from './binary-string.ts';

/**
 * The tracker protocol over WebSocket, as WebTorrent's trackers speak it: JSON in text frames,
 * bytes as strings of which each character is one byte. Messages in, values out; answers in, text
 * out. No sockets.
 *
 * Browsers cannot listen, so peers are not told addresses: each gives the tracker some WebRTC
 * offers, which are handed to other peers, whose answers are handed back.
 */

/** A session description (RFC 8829), which the tracker only passes on. */
interface SessionDescription {
  type: 'offer' | 'answer';
  sdp: string;
}

export interface Offer {
  id: string;
  description: SessionDescription;
}

export interface WebSocketAnnounce {
  kind: 'announce';
  infoHash: BinaryString;
  peerId: BinaryString;
  /** Nothing is left to download. */
  complete: boolean;
  event: AnnounceEvent;
  /** Bytes since its `started`, as it says; null when it does not. */
  uploaded: number | null;
  downloaded: number | null;
  /** To be handed to that many other peers, no more than `numwant` says. */
  offers: Offer[];
}

/** The answer to an offer, for who made it. */
interface WebSocketAnswer {
  kind: 'answer';
  infoHash: BinaryString;
  peerId: BinaryString;
  toPeerId: BinaryString;
  offerId: string;
  description: SessionDescription;
}

interface WebSocketScrape {
  kind: 'scrape';
  /** Each 20 bytes, each once. */
  infoHashes: BinaryString[];
}

/** What cannot be served, with what the message was about as far as it could be read. */
interface WebSocketMalformed extends Refusal {
  action: 'announce' | 'scrape' | null;
  infoHash: BinaryString | null;
}

export type WebSocketRequest =
  | WebSocketAnnounce
  | WebSocketAnswer
  | WebSocketScrape
  | WebSocketMalformed;

const maxOffers = 10;
const maxScrapeHashes = 100;
/** Of an offer's id: clients use 20. */
const maxOfferIdLength = 64;
/** Of a session description, in UTF-16 units: those of data channels take two or three thousand. */
const maxDescriptionLength = 16 * 1024;

const events: readonly string[] = ['started', 'stopped', 'completed', 'paused'];

/** Reads a message. Whatever it is, this returns. */
export function parseWebSocketMessage(text: string): WebSocketRequest {
  const message = parseObject(text);
  if (message === null) return malformed(null, null, 'the message is no JSON object');
  const { action } = message;
  if (action === 'announce') return parseAnnounce(message);
  if (action === 'scrape') return parseScrape(message);
  return malformed(null, null, 'action is not known');
}

type Message = Record<string, unknown>;

function parseObject(text: string): Message | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // no JSON
    return null;
  }
}

function asObject(value: unknown): Message | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Message)
    : null;
}

function parseAnnounce(message: Message): WebSocketRequest {
  const infoHash = readHash(message['info_hash']);
  if (infoHash === null) return malformed('announce', null, 'info_hash is not 20 bytes long');
  const wrong = (reason: string) => malformed('announce', infoHash, reason);
  const peerId = readHash(message['peer_id']);
  if (peerId === null) return wrong('peer_id is not 20 bytes long');

  if (message['answer'] !== undefined && message['answer'] !== null) {
    const toPeerId = readHash(message['to_peer_id']);
    if (toPeerId === null) return wrong('to_peer_id is not 20 bytes long');
    const offerId = readOfferId(message['offer_id']);
    if (offerId === null) return wrong('offer_id is not a short text');
    const description = readDescription(message['answer'], 'answer');
    if (description === null) return wrong('answer is no session description');
    return { kind: 'answer', infoHash, peerId, toPeerId, offerId, description };
  }

  const event = readEvent(message['event']);
  if (event === null) return wrong('event is not known');
  const offers = readOffers(message['offers'], message['numwant']);
  if (offers === null) return wrong('offers are no list of offers');
  // Whatever is no number leaves something to download, so that nobody counts as a seed by it.
  const complete = message['left'] === 0;
  const uploaded = readBytes(message['uploaded']);
  const downloaded = readBytes(message['downloaded']);
  return { kind: 'announce', infoHash, peerId, complete, event, uploaded, downloaded, offers };
}

function parseScrape(message: Message): WebSocketRequest {
  const asked = message['info_hash'];
  // Without one it would be a scrape of everything: the list of what is published is not for all.
  if (asked === undefined || asked === null) {
    return malformed('scrape', null, 'info_hash is missing');
  }
  const infoHashes = new Set<BinaryString>();
  for (const one of Array.isArray(asked) ? asked : [asked]) {
    const infoHash = readHash(one);
    if (infoHash === null) return malformed('scrape', null, 'info_hash is not 20 bytes long');
    if (infoHashes.size < maxScrapeHashes) infoHashes.add(infoHash);
  }
  return { kind: 'scrape', infoHashes: [...infoHashes] };
}

/** 20 characters that are bytes; null otherwise. */
function readHash(value: unknown): BinaryString | null {
  if (typeof value !== 'string' || value.length !== 20) return null;
  for (let index = 0; index < 20; index++) if (value.charCodeAt(index) > 0xff) return null;
  return value;
}

/** A number of bytes; null for what is none. */
function readBytes(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function readOfferId(value: unknown): string | null {
  return typeof value === 'string' && value.length <= maxOfferIdLength ? value : null;
}

function readDescription(value: unknown, type: 'offer' | 'answer'): SessionDescription | null {
  const sdp = asObject(value)?.['sdp'];
  if (typeof sdp !== 'string' || sdp.length > maxDescriptionLength) return null;
  return { type, sdp };
}

function readEvent(value: unknown): AnnounceEvent | null {
  if (value === undefined || value === null || value === '' || value === 'empty') return 'none';
  // clients send `update` for a regular announce
  if (value === 'update') return 'none';
  return typeof value === 'string' && events.includes(value) ? (value as AnnounceEvent) : null;
}

function readOffers(value: unknown, numWant: unknown): Offer[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const wanted = typeof numWant === 'number' && numWant >= 0 ? Math.floor(numWant) : maxOffers;
  const offers: Offer[] = [];
  for (const one of value.slice(0, Math.min(wanted, maxOffers))) {
    const offer = asObject(one);
    const id = readOfferId(offer?.['offer_id']);
    const description = readDescription(offer?.['offer'], 'offer');
    if (id === null || description === null) return null;
    offers.push({ id, description });
  }
  return offers;
}

function malformed(
  action: WebSocketMalformed['action'],
  infoHash: BinaryString | null,
  reason: string,
): WebSocketMalformed {
  return { kind: 'refusal', reason, retryIn: null, action, infoHash };
}

/** The tracker's own answer to an announce; offers come apart from it. */
export function encodeWebSocketAnnounceAnswer(
  answer: ScrapeEntry & { interval: number; minInterval: number; warning: string | null },
): string {
  return JSON.stringify({
    action: 'announce',
    info_hash: answer.infoHash,
    interval: answer.interval,
    'min interval': answer.minInterval,
    complete: answer.seeds,
    incomplete: answer.leechers,
    downloaded: answer.completed,
    ...(answer.warning === null ? {} : { 'warning message': answer.warning }),
  });
}

/** An offer of the peer `peerId`, as another peer gets it. */
export function encodeOffer(infoHash: BinaryString, peerId: BinaryString, offer: Offer): string {
  return JSON.stringify({
    action: 'announce',
    info_hash: infoHash,
    peer_id: peerId,
    offer_id: offer.id,
    offer: offer.description,
  });
}

/** An answer, as who made the offer gets it. */
export function encodeAnswer(answer: WebSocketAnswer): string {
  return JSON.stringify({
    action: 'announce',
    info_hash: answer.infoHash,
    peer_id: answer.peerId,
    offer_id: answer.offerId,
    answer: answer.description,
  });
}

export function encodeWebSocketScrapeAnswer(entries: readonly ScrapeEntry[]): string {
  const files = entries.map((entry) => [
    entry.infoHash,
    {
      complete: entry.seeds,
      downloaded: entry.completed,
      downloaders: entry.leechers - entry.partialSeeds,
      incomplete: entry.leechers,
    },
  ]);
  return JSON.stringify({ action: 'scrape', files: Object.fromEntries(files) });
}

export function encodeWebSocketRefusal(
  refusal: Refusal,
  about: { action: string | null; infoHash: BinaryString | null },
): string {
  return JSON.stringify({
    ...(about.action === null ? {} : { action: about.action }),
    ...(about.infoHash === null ? {} : { info_hash: about.infoHash }),
    'failure reason': refusal.reason,
    ...(refusal.retryIn === null ? {} : { 'retry in': refusal.retryIn }),
  });
}
