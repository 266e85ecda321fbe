import { isIP } from 'node:net';
import { decode } from '../../bencode/decode.ts';
import { getBytes, getInteger, getText } from '../../bencode/dictionary.ts';
import { BencodeError } from '../../bencode/error.ts';
import type { BencodeValue, Dictionary } from '../../bencode/value.ts';
import type { PeerAddress } from '../found-peers.ts';
import {
  type AnnounceAnswer,
  AnnounceError,
  type AnnounceRequest,
  defaultInterval,
  maxPeers,
  messageText,
} from './announce.ts';
import { readCompactIp, readCompactPeers } from './compact-addresses.ts';

/**
 * The tracker protocol over HTTP (BEP 3, 7, 23, 24, 31), the client's half: requests in, URLs out;
 * answers in, values out. No sockets.
 */

/** Bounds what decoding a stranger's answer costs. */
const maxValues = 20_000;

/** The URL of an announce; whatever query the tracker's URL has, such as a passkey, stays. */
export function announceUrl(tracker: URL, request: AnnounceRequest): URL {
  const url = new URL(tracker);
  const parameters = [
    `info_hash=${percentEncode(request.infoHash)}`,
    `peer_id=${percentEncode(request.peerId)}`,
    `port=${request.port}`,
    `uploaded=${request.uploaded}`,
    'downloaded=0',
    `left=${request.left}`,
    ...(request.event === 'none' ? [] : [`event=${request.event}`]),
    `numwant=${request.numWant}`,
    `key=${request.key.toString(16).toUpperCase().padStart(8, '0')}`,
    'compact=1',
    'no_peer_id=1',
    ...(request.trackerId ? [`trackerid=${percentEncode(request.trackerId)}`] : []),
  ].join('&');
  url.hash = '';
  url.search = url.search ? `${url.search}&${parameters}` : parameters;
  return url;
}

/** Every byte that is not unreserved in URLs is escaped. */
function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9._~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/**
 * Reads the answer to an announce, with peers in compact form or as dictionaries.
 *
 * @throws AnnounceError `refused` when the tracker says that it failed, `unreachable` when it is
 *   no tracker's answer
 */
export function parseAnnounceAnswer(body: Uint8Array): AnnounceAnswer {
  const answer = decodeDictionary(body);
  const failure = getBytes(answer, 'failure reason');
  if (failure) {
    throw new AnnounceError('refused', messageText(failure) || 'refused without a reason', {
      retryIn: readRetryIn(answer),
    });
  }
  const warning = getBytes(answer, 'warning message');
  const externalIp = getBytes(answer, 'external ip');
  const external = externalIp ? readCompactIp(externalIp) : null;
  return {
    interval: count(answer, 'interval') ?? defaultInterval,
    minInterval: count(answer, 'min interval') ?? 0,
    seeds: count(answer, 'complete'),
    leechers: count(answer, 'incomplete'),
    peers: readPeers(answer),
    trackerId: getBytes(answer, 'tracker id')?.slice() ?? null,
    warning: (warning && messageText(warning)) || null,
    externalAddresses: external === null ? [] : [external],
  };
}

function decodeDictionary(body: Uint8Array): Dictionary {
  let cause: unknown;
  try {
    const value = decode(body, { tolerant: true, maxValues });
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    cause = error;
  }
  throw new AnnounceError('unreachable', "what answers is no tracker's answer", { cause });
}

/** BEP 31: minutes, or `never`. */
function readRetryIn(answer: Dictionary): AnnounceError['retryIn'] {
  const text = getText(answer, 'retry in');
  if (text === 'never') return 'never';
  const minutes = getInteger(answer, 'retry in') ?? (text && /^\d{1,6}$/.test(text) ? +text : 0);
  return minutes > 0 ? minutes * 60 : null;
}

function readPeers(answer: Dictionary): PeerAddress[] {
  const peers = answer.get('peers');
  const peers6 = getBytes(answer, 'peers6') ?? new Uint8Array();
  const named =
    peers instanceof Uint8Array
      ? readCompactPeers(peers, 4, maxPeers)
      : Array.isArray(peers)
        ? peers.slice(0, maxPeers).flatMap(readPeer)
        : [];
  return [...named, ...readCompactPeers(peers6, 6, maxPeers - named.length)];
}

/** A peer as a dictionary; host names (BEP 3) are nothing to connect to unasked. */
function readPeer(value: BencodeValue): PeerAddress[] {
  if (!(value instanceof Map)) return [];
  const host = getText(value, 'ip');
  const port = getInteger(value, 'port');
  if (host === undefined || port === undefined) return [];
  return isIP(host) && port > 0 && port <= 65535 ? [{ host, port }] : [];
}

function count(answer: Dictionary, key: string): number | null {
  const value = getInteger(answer, key);
  return value !== undefined && value >= 0 ? value : null;
}
