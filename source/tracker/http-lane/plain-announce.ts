import type { AnnounceEvent } from '../announce.ts';
import type { BinaryString } from '../binary-string.ts';
import type { HttpAnnounce } from '../http-protocol.ts';
import { hexDigits, percentDecodeBytes } from '../percent-decoding.ts';
import { isAt } from './plain-request.ts';

/**
 * Reads announces as nearly all clients write them, from the bytes of their targets. What is
 * written in another way, or wrongly, is left to `parseTarget`, which reads these the same.
 */

const path = Buffer.from('/announce?');
const ampersand = 0x26;
const equals = 0x3d;
const percent = 0x25;
const plus = 0x2b;
const digit0 = 0x30;
const digit9 = 0x39;
/** Numbers of more digits are perhaps none that can be counted with. */
const mostDigits = 15;
const keyDigits = 8;

interface Name {
  text: string;
  bytes: Uint8Array;
  bit: number;
}

/** The names of parameters that say something, by their length. */
const namesByLength: readonly Name[][] = byLength([
  ...['info_hash', 'peer_id', 'port', 'uploaded', 'downloaded', 'left', 'event', 'numwant', 'key'],
  ...['compact', 'no_peer_id', 'trackerid', 'ip', 'ipv4', 'ipv6'],
]);

function byLength(texts: readonly string[]): Name[][] {
  const names = texts.map((text, n) => ({ text, bytes: Buffer.from(text), bit: 1 << n }));
  const longest = Math.max(...texts.map((text) => text.length));
  return Array.from({ length: longest + 1 }, (_, length) =>
    names.filter(({ text }) => text.length === length),
  );
}

const events: readonly { bytes: Uint8Array; event: AnnounceEvent }[] = [
  { bytes: Buffer.from('started'), event: 'started' },
  { bytes: Buffer.from('stopped'), event: 'stopped' },
  { bytes: Buffer.from('completed'), event: 'completed' },
  { bytes: Buffer.from('paused'), event: 'paused' },
  { bytes: Buffer.from('empty'), event: 'none' },
  { bytes: Buffer.alloc(0), event: 'none' },
];

/** Room for an info hash or a peer id. */
const id = Buffer.alloc(20);

/** The announce in the target from `at` to `until`; null when others are to read it. */
export function readPlainAnnounce(
  bytes: Uint8Array,
  at: number,
  until: number,
): HttpAnnounce | null {
  if (!isAt(bytes, at, until, path)) return null;
  const announce = nothingSaid();
  let said = 0;
  let next = at + path.length;
  while (next < until) {
    const nameAt = next;
    let nameEnd = nameAt;
    while (nameEnd < until && bytes[nameEnd] !== equals && bytes[nameEnd] !== ampersand) nameEnd++;
    let valueEnd = nameEnd;
    while (valueEnd < until && bytes[valueEnd] !== ampersand) valueEnd++;
    next = valueEnd + 1;
    if (bytes[nameEnd] !== equals) continue;
    const name = nameOf(bytes, nameAt, nameEnd);
    if (name === null) {
      if (isEscaped(bytes, nameAt, nameEnd)) return null;
      continue;
    }
    if ((said & name.bit) !== 0) return null;
    said |= name.bit;
    if (!take(announce, name.text, bytes, nameEnd + 1, valueEnd)) return null;
  }
  const isWhole = announce.infoHash !== '' && announce.peerId !== '' && announce.port !== 0;
  return isWhole ? announce : null;
}

function nothingSaid(): HttpAnnounce {
  return {
    kind: 'announce',
    infoHash: '',
    peerId: '',
    port: 0,
    complete: false,
    event: 'none',
    numWant: null,
    key: null,
    passkey: null,
    uploaded: null,
    downloaded: null,
    compact: true,
    noPeerId: false,
    asksTrackerId: false,
    claims: null,
  };
}

function nameOf(bytes: Uint8Array, at: number, end: number): Name | null {
  const names = namesByLength[end - at];
  if (names === undefined) return null;
  for (const name of names) if (isAt(bytes, at, end, name.bytes)) return name;
  return null;
}

/** Whether bytes stand for others. */
function isEscaped(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i] === percent || bytes[i] === plus) return true;
  return false;
}

/** Takes in the value of a parameter; false when others are to read it. */
function take(
  announce: HttpAnnounce,
  name: string,
  bytes: Uint8Array,
  at: number,
  end: number,
): boolean {
  switch (name) {
    case 'info_hash':
      announce.infoHash = readId(bytes, at, end);
      return true;
    case 'peer_id':
      announce.peerId = readId(bytes, at, end);
      return true;
    case 'port':
      announce.port = readInteger(bytes, at, end);
      return announce.port >= 0 && announce.port <= 65535;
    case 'uploaded':
      announce.uploaded = readInteger(bytes, at, end);
      return announce.uploaded >= 0;
    case 'downloaded':
      announce.downloaded = readInteger(bytes, at, end);
      return announce.downloaded >= 0;
    case 'left': {
      const left = readInteger(bytes, at, end);
      announce.complete = left === 0;
      return left >= 0;
    }
    case 'event': {
      const known = events.find(
        (one) => one.bytes.length === end - at && isAt(bytes, at, end, one.bytes),
      );
      if (known !== undefined) announce.event = known.event;
      return known !== undefined;
    }
    case 'numwant':
      announce.numWant = readInteger(bytes, at, end);
      return announce.numWant >= 0;
    case 'key':
      announce.key = readKey(bytes, at, end);
      return announce.key >= 0;
    case 'compact':
      announce.compact = isOne(bytes, at, end);
      return !isEscaped(bytes, at, end);
    case 'no_peer_id':
      announce.noPeerId = isOne(bytes, at, end);
      return !isEscaped(bytes, at, end);
    default:
      return false;
  }
}

/** 20 bytes; an empty string when it is something else. */
function readId(bytes: Uint8Array, at: number, end: number): BinaryString {
  return percentDecodeBytes(bytes, at, end, id) === id.length ? id.toString('latin1') : '';
}

/** Decimal digits as a number; -1 when they are too many, or something else. */
function readInteger(bytes: Uint8Array, at: number, end: number): number {
  if (at === end || end - at > mostDigits) return -1;
  let value = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < digit0 || byte > digit9) return -1;
    value = value * 10 + byte - digit0;
  }
  return value;
}

/** A key of eight hex digits as 32 bits; -1 when it is something else. */
function readKey(bytes: Uint8Array, at: number, end: number): number {
  if (end - at !== keyDigits) return -1;
  let value = 0;
  for (let i = at; i < end; i++) {
    const digit = hexDigits[bytes[i] as number] as number;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function isOne(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at === 1 && bytes[at] === digit0 + 1;
}
