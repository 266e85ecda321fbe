import { randomInt } from 'node:crypto';
import { decode } from '../../bencode/decode.ts';
import { getBytes, getDictionary, getInteger, getList, getText } from '../../bencode/dictionary.ts';
import { encode } from '../../bencode/encode.ts';
import { BencodeError } from '../../bencode/error.ts';
import type { Dictionary } from '../../bencode/value.ts';

/**
 * What of the DHT's messages (KRPC, BEP 5) may reach the library, which takes every field for what
 * it should be and would fall over the first that is not. No sockets.
 */

const idLength = 20;
const compactNodeLength = 26;
const compactPeerLength = 6;

const maxValues = 500;
const maxTransactionIdLength = 32;
const maxTokenLength = 128;
const maxNodes = 64;

/** No answer of ours is longer: a forged address must not turn a question into a flood. */
const maxAnswerLength = 1_000;
const maxPeersInAnswer = 50;

export type KrpcKind = 'query' | 'answer';

/** What a datagram is, if it is a message that can be trusted to be one; else null. */
export function recognise(packet: Uint8Array): KrpcKind | null {
  const message = decodeMessage(packet);
  if (!message || !isBytes(message, 't', 1, maxTransactionIdLength)) return null;
  switch (getText(message, 'y')) {
    case 'q':
      return isQuery(message) ? 'query' : null;
    case 'r':
      return isResponse(message) ? 'answer' : null;
    case 'e':
      return isError(message) ? 'answer' : null;
    default:
      return null;
  }
}

/** The same message with no more peers than an answer may name, picked at random. */
export function boundAnswer(packet: Uint8Array): Uint8Array {
  if (packet.length <= maxAnswerLength) return packet;
  const message = decodeMessage(packet);
  const response = message && getDictionary(message, 'r');
  const values = response && getList(response, 'values');
  if (!message || !values || values.length <= maxPeersInAnswer) return packet;
  const start = randomInt(values.length);
  const some = [...values.slice(start), ...values.slice(0, start)].slice(0, maxPeersInAnswer);
  return encode(new Map([...message, ['r', new Map([...response, ['values', some]])]]));
}

function decodeMessage(packet: Uint8Array): Dictionary | null {
  try {
    const value = decode(packet, { tolerant: true, maxValues });
    return value instanceof Map ? value : null;
  } catch (error) {
    if (error instanceof BencodeError) return null;
    throw error;
  }
}

/** Of the queries, those of BEP 5: everseed stores no items for others (BEP 44). */
function isQuery(message: Dictionary): boolean {
  const asked = getDictionary(message, 'a');
  if (!asked || !isBytes(asked, 'id', idLength)) return false;
  switch (getText(message, 'q')) {
    case 'ping':
      return true;
    case 'find_node':
      return isBytes(asked, 'target', idLength);
    case 'get_peers':
      return isBytes(asked, 'info_hash', idLength);
    case 'announce_peer':
      return (
        isBytes(asked, 'info_hash', idLength) &&
        isBytes(asked, 'token', 1, maxTokenLength) &&
        (getInteger(asked, 'implied_port') === 1 || isPort(getInteger(asked, 'port')))
      );
    default:
      return false;
  }
}

function isResponse(message: Dictionary): boolean {
  const response = getDictionary(message, 'r');
  if (!response || !isBytes(response, 'id', idLength)) return false;
  if (response.has('token') && !isBytes(response, 'token', 0, maxTokenLength)) return false;
  if (response.has('nodes')) {
    const nodes = getBytes(response, 'nodes');
    if (!nodes || nodes.length % compactNodeLength !== 0) return false;
    if (nodes.length > maxNodes * compactNodeLength) return false;
  }
  if (!response.has('values')) return true;
  const values = getList(response, 'values');
  // those of IPv6 (BEP 32) come by another socket
  return !!values?.every((one) => one instanceof Uint8Array && one.length === compactPeerLength);
}

/** It brings nothing besides: the library would read a response in it, too. */
function isError(message: Dictionary): boolean {
  return getList(message, 'e') !== undefined && !message.has('r');
}

function isBytes(dictionary: Dictionary, key: string, least: number, most = least): boolean {
  const bytes = getBytes(dictionary, key);
  return bytes !== undefined && bytes.length >= least && bytes.length <= most;
}

function isPort(port: number | undefined): boolean {
  return port !== undefined && port > 0 && port <= 65535;
}
