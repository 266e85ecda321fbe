import { expect, test } from 'vitest';
import { stripControls } from '../../source/format/terminal-text.ts';
import {
  exactSize,
  formatBytes,
  formatDuration,
  formatRate,
  parseLimit,
  parseSize,
} from '../../source/format/units.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1024 * 1024 - 1, '1.0 MiB'],
  [350 * 1024 * 1024, '350 MiB'],
  [1.25 * 1024 ** 3, '1.3 GiB'],
  [99.96 * 1024, '100 KiB'],
])('formatBytes(%d) is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('a rate is bytes per second', () => expect(formatRate(2048)).toBe('2.0 KiB/s'));

test.each([
  [0, '0s'],
  [59.4, '59s'],
  [59.6, '1m 00s'],
  [125, '2m 05s'],
  [3600 * 3 + 420, '3h 07m'],
  [86_400 * 12 + 3600 * 4, '12d 4h'],
])('formatDuration(%d) is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test.each([
  ['262144', 262_144],
  ['256K', 262_144],
  ['256 KiB', 262_144],
  ['1.5m', 1_572_864],
  ['2GB', 2 ** 31],
  ['0.3', null],
  ['-1', null],
  ['1e3', null],
  ['', null],
  ['12 parsecs', null],
])('parseSize(%j) is %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each([
  [512_000, '500K'],
  [2 * 1024 ** 2, '2M'],
  [1_000_000, '1000000'],
  [3 * 1024 ** 5, '3P'],
])('exactSize(%d) is %s, which is read as the same', (bytes, text) => {
  expect(exactSize(bytes)).toBe(text);
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['500K/s', 512_000],
  ['2 MiB/s ', 2 ** 21],
  ['none', null],
  ['None', null],
  ['0', undefined],
  ['', undefined],
  ['-1', undefined],
  ['fast', undefined],
])('parseLimit(%j) is %s', (text, limit) => expect(parseLimit(text)).toBe(limit));

test('what a terminal would obey is not printed', () => {
  expect(stripControls('a\u001b[2Jb\r\nc\u009bd\u202ee')).toBe(
    'a\ufffd[2Jb\ufffd\ufffdc\ufffdd\ufffde',
  );
  expect(stripControls('naïve ファイル 🎉')).toBe('naïve ファイル 🎉');
});
