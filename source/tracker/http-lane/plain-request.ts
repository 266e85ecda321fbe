import type { BinaryString } from '../binary-string.ts';

/**
 * Reads the requests that nearly all clients of trackers send: `GET`, HTTP/1.1, no body, nothing
 * special in the headers. Bytes in, values out.
 */

/** A request that can be answered without knowing more of HTTP. */
export interface PlainRequest {
  /** The target of the request line, one byte a character. */
  target: BinaryString;
  /** The client wants no more than this answer. */
  closes: boolean;
  /** Where the next request begins. */
  end: number;
}

const endOfLine = '\r\n';
const endOfHeaders = '\r\n\r\n';
const start = 'GET /';
const version = ' HTTP/1.1';
const longestTarget = 8 * 1024;
const longestHeaders = 2 * 1024;
const mostHeaders = 100;

const plainTarget = /^[\x21-\x7e\x80-\xff]+$/;
const plainHeaders = /^(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** What changes how a request is read or answered. */
const special = /\r\n(?:connection|content-length|expect|transfer-encoding|upgrade)[ \t]*:/i;
const closing = /\r\nconnection:[ \t]*close[ \t]*(?=\r\n|$)/i;
const keepingAlive = /\r\nconnection:[ \t]*keep-alive[ \t]*(?=\r\n|$)/i;

/**
 * Reads the request that begins at `at`. Null when it is not whole, or not plain: whoever knows all
 * of HTTP is to read it then.
 */
export function readPlainRequest(text: BinaryString, at: number): PlainRequest | null {
  if (!text.startsWith(start, at)) return null;
  const headersEnd = text.indexOf(endOfHeaders, at);
  if (headersEnd < 0) return null;
  const lineEnd = text.indexOf(endOfLine, at);
  const targetEnd = lineEnd - version.length;
  if (!text.startsWith(version, targetEnd) || targetEnd - at > longestTarget) return null;
  const target = text.slice(at + start.length - 1, targetEnd);
  if (!plainTarget.test(target)) return null;

  if (headersEnd - lineEnd > longestHeaders) return null;
  const headers = text.slice(lineEnd, headersEnd);
  if (!plainHeaders.test(headers)) return null;
  // each takes four bytes at least
  if (headers.length > 4 * mostHeaders && headers.split(endOfLine).length > mostHeaders)
    return null;
  const end = headersEnd + endOfHeaders.length;
  if (!special.test(headers)) return { target, closes: false, end };
  const plain = headers.replace(closing, '').replace(keepingAlive, '');
  return special.test(plain) ? null : { target, closes: closing.test(headers), end };
}
