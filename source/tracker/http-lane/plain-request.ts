/**
 * Reads the requests that nearly all clients of trackers send: `GET`, HTTP/1.1, no body, nothing
 * special in the headers. Bytes in, places in them out.
 */

/** A request that can be answered without knowing more of HTTP. */
export interface PlainRequest {
  /** Where the target of the request line is. */
  targetAt: number;
  targetEnd: number;
  /** The client wants no more than this answer. */
  closes: boolean;
  /** Where the next request begins. */
  end: number;
}

const start = Buffer.from('GET /');
const version = Buffer.from(' HTTP/1.1\r\n');
const longestTarget = 8 * 1024;
const longestHeaders = 2 * 1024;
const mostHeaders = 100;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const colon = 0x3a;
const space = 0x20;
const tab = 0x09;

/** What a byte may be part of, by its value. */
const inTarget = 1;
const inName = 2;
const inValue = 4;
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isVisible = byte > space && byte !== 0x7f;
  const isToken = /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte));
  return (
    (isVisible ? inTarget : 0) |
    (isToken ? inName : 0) |
    (isVisible || byte === space || byte === tab ? inValue : 0)
  );
});

/** Headers that change how a request is read or answered. */
const connection = Buffer.from('connection');
const special = ['content-length', 'expect', 'transfer-encoding', 'upgrade'].map((name) =>
  Buffer.from(name),
);
const close = Buffer.from('close');
const keepAlive = Buffer.from('keep-alive');

/**
 * Reads the request that begins at `at`, of bytes up to `until`. Null when it is not whole, or not
 * plain: whoever knows all of HTTP is to read it then.
 */
export function readPlainRequest(
  bytes: Uint8Array,
  at: number,
  until: number,
): PlainRequest | null {
  if (!isAt(bytes, at, until, start)) return null;
  const targetAt = at + start.length - 1;
  const targetEnd = endOf(inTarget, bytes, targetAt, until);
  if (targetEnd - at > longestTarget || !isAt(bytes, targetEnd, until, version)) return null;

  const headersAt = targetEnd + version.length;
  let lineAt = headersAt;
  let closes: boolean | null = null;
  for (let count = 0; bytes[lineAt] !== carriageReturn; count++) {
    const nameEnd = endOf(inName, bytes, lineAt, until);
    const valueEnd = endOf(inValue, bytes, nameEnd + 1, until);
    if (nameEnd === lineAt || bytes[nameEnd] !== colon || count === mostHeaders) return null;
    if (!isEndOfLine(bytes, valueEnd, until)) return null;
    if (isName(bytes, lineAt, nameEnd, connection)) {
      if (closes !== null) return null;
      closes = readConnection(bytes, nameEnd + 1, valueEnd);
      if (closes === null) return null;
    } else if (isSpecial(bytes, lineAt, nameEnd)) {
      return null;
    }
    lineAt = valueEnd + 2;
  }
  if (lineAt - headersAt > longestHeaders || !isEndOfLine(bytes, lineAt, until)) return null;
  return { targetAt, targetEnd, closes: closes ?? false, end: lineAt + 2 };
}

/** Whether these bytes are there. */
export function isAt(bytes: Uint8Array, at: number, until: number, expected: Uint8Array): boolean {
  if (until - at < expected.length) return false;
  for (let n = 0; n < expected.length; n++) if (bytes[at + n] !== expected[n]) return false;
  return true;
}

function isEndOfLine(bytes: Uint8Array, at: number, until: number): boolean {
  return at + 2 <= until && bytes[at] === carriageReturn && bytes[at + 1] === lineFeed;
}

/** Where the first byte is that is not of this kind. */
function endOf(kind: number, bytes: Uint8Array, at: number, until: number): number {
  let end = at;
  while (end < until && ((kinds[bytes[end] as number] as number) & kind) !== 0) end++;
  return end;
}

function isSpecial(bytes: Uint8Array, at: number, end: number): boolean {
  for (const name of special) if (isName(bytes, at, end, name)) return true;
  return false;
}

/** Whether the bytes are `name` in any case; `name` has small letters and hyphens only. */
function isName(bytes: Uint8Array, at: number, end: number, name: Uint8Array): boolean {
  if (end - at !== name.length) return false;
  for (let n = 0; n < name.length; n++) {
    if (((bytes[at + n] as number) | 0x20) !== name[n]) return false;
  }
  return true;
}

/** Whether the connection is to be closed; null when the header says something else, or more. */
function readConnection(bytes: Uint8Array, at: number, end: number): boolean | null {
  let first = at;
  let last = end;
  while (first < last && isBlank(bytes[first] as number)) first++;
  while (first < last && isBlank(bytes[last - 1] as number)) last--;
  if (isName(bytes, first, last, close)) return true;
  return isName(bytes, first, last, keepAlive) ? false : null;
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab;
}
