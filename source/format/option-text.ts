import { EverseedError } from '../errors.ts';

/**
 * Readers of the options of a torrent as people type them, on the command line and in the
 * dashboard's form. Each gives the value, or throws an EverseedError `value-invalid` whose sentence
 * begins with "It must".
 */

/** What trackers are reached by, as URLs have it. */
const trackerProtocols = ['http:', 'https:', 'udp:', 'ws:', 'wss:'];

/** What web seeds are reached by. */
export const webSeedProtocols = ['http:', 'https:', 'ftp:'];

/** The last second of the year 9999: beyond it nobody means a date. */
const lastDate = 253_402_300_799;

/** A URL of one of the protocols (`http:`). */
export function readUrl(text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.hostname && protocols.includes(url.protocol)) return text;
  throw invalid(`It must be a URL of ${protocols.join(', ')}`);
}

/** A tier of announce URLs, with commas between them (BEP 12). */
export function readTier(text: string): string[] {
  // A comma may be part of a URL: it ends one where another begins.
  return text.split(/,(?=[a-z]+:\/\/)/i).map((url) => readUrl(url, trackerProtocols));
}

/** How many pieces are wanted. */
export function readPieceCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw invalid('It must be a whole number above zero.');
}

/** `HOST:PORT`, an IPv6 address in brackets: what `readNode` reads. */
export function nodeText({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function readNode(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^[\]:\s]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw invalid('It must be HOST:PORT, an IPv6 address in brackets.');
}

/** A v1 info hash in hex, which is what BEP 38 knows torrents by. */
export function readInfoHash(text: string): string {
  if (/^[0-9a-f]{40}$/i.test(text)) return text.toLowerCase();
  throw invalid('It must be an info hash of 40 hex digits.');
}

/**
 * Seconds since the epoch, of a date (BEP 3 has no finer ones); `none` for no date at all. A time
 * without a zone is UTC, so that the same words mean the same everywhere.
 */
export function readDate(text: string): number | 'none' {
  if (text === 'none') return text;
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  const [, day, time = '00:00', zone = 'Z'] = match ?? [];
  const seconds = Date.parse(`${day}T${time}${zone}`) / 1000;
  if (seconds > 0 && seconds <= lastDate) return seconds;
  throw invalid(
    'It must be a date such as 2026-01-31 or 2026-01-31T12:00:00Z, after 1970, or none.',
  );
}

function invalid(sentence: string): EverseedError {
  return new EverseedError('value-invalid', sentence);
}
