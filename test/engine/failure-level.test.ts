import { expect, test } from 'vitest';
import { failureLevel } from '../../source/engine/failure-level.ts';
import { EverseedError } from '../../source/errors.ts';

test.each(['path-missing', 'torrent-invalid', 'content-not-whole'])(
  'a request refused for %s is no error of the engine',
  (code) => {
    expect(failureLevel(new EverseedError(code, 'no'))).toBe('info');
  },
);

test.each(['content-changed', 'content-unreadable', 'catalog-unwritable'])(
  'data or state in trouble for %s is one',
  (code) => {
    expect(failureLevel(new EverseedError(code, 'no'))).toBe('error');
  },
);

test('so is a fault of the program', () => {
  expect(failureLevel(new TypeError('x is undefined'))).toBe('error');
});
