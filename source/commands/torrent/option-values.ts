import { InvalidArgumentError } from 'commander';
import { parseSize } from '../../format/units.ts';
import type { DhtNode } from '../../metainfo/outer.ts';
import { isPieceLength } from '../../metainfo/piece-length.ts';
import { expectUrl, trackerProtocols } from './url-options.ts';

/**
 * Readers of what options are given, as commander wants them: each returns the value, or throws
 * what is shown after the option's name. Those for options that may be repeated add to a list.
 */

/** The last second of the year 9999: beyond it nobody means a date. */
const lastDate = 253_402_300_799;

/** A piece length in bytes; undefined for `auto`. */
export function parsePieceLength(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const bytes = parseSize(text);
  if (bytes === null || !isPieceLength(bytes)) {
    throw new InvalidArgumentError('It must be auto or a power of two from 16K to 64M.');
  }
  return bytes;
}

export function parsePieceCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw new InvalidArgumentError('It must be a whole number above zero.');
  return count;
}

/** A tier of announce URLs, with commas between them (BEP 12). */
export function collectTier(text: string, previous: string[][] = []): string[][] {
  // A comma may be part of a URL: it ends one where another begins.
  const tier = text.split(/,(?=[a-z]+:\/\/)/i);
  return [...previous, tier.map((url) => expectUrl(url, trackerProtocols))];
}

export function parseHttpUrl(text: string): string {
  return expectUrl(text, ['http:', 'https:']);
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function collectNode(text: string, previous: DhtNode[] = []): DhtNode[] {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^[\]:\s]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port > 0 && port < 65_536)) {
    throw new InvalidArgumentError('It must be HOST:PORT, an IPv6 address in brackets.');
  }
  return [...previous, { host, port }];
}

/** A v1 info hash in hex, which is what BEP 38 knows torrents by. */
export function collectInfoHash(text: string, previous: string[] = []): string[] {
  if (!/^[0-9a-f]{40}$/i.test(text)) {
    throw new InvalidArgumentError('It must be an info hash of 40 hex digits.');
  }
  return [...previous, text.toLowerCase()];
}

/**
 * Seconds since the epoch, of a date (BEP 3 has no finer ones); `none` for no date at all. A time
 * without a zone is UTC, so that the same words mean the same everywhere.
 */
export function parseDate(text: string): number | 'none' {
  if (text === 'none') return text;
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  const [, day, time = '00:00', zone = 'Z'] = match ?? [];
  const seconds = Date.parse(`${day}T${time}${zone}`) / 1000;
  if (!(seconds > 0 && seconds <= lastDate)) {
    throw new InvalidArgumentError(
      'It must be a date such as 2026-01-31 or 2026-01-31T12:00:00Z, after 1970, or none.',
    );
  }
  return seconds;
}
