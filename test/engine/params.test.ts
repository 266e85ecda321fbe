import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestError } from '../../source/engine/control-server.ts';
import { Params } from '../../source/engine/params.ts';

test('publish options come out typed, without what was not given', () => {
  const options = {
    name: 'n',
    private: true,
    pieceLength: 65_536,
    trackers: ['udp://a/', ['udp://b/', 'udp://c/']],
    hidden: false,
    symlinks: 'keep',
    x: 1,
  };
  expect(new Params({ options }).publishOptions('options')).toEqual({
    name: 'n',
    private: true,
    pieceLength: 65_536,
    trackers: [['udp://a/'], ['udp://b/', 'udp://c/']],
    hidden: false,
    symlinks: 'keep',
  });
});

test.each([
  [{ options: { private: 'yes' } }],
  [{ options: { trackers: 'udp://a/' } }],
  [{ options: { trackers: [1] } }],
  [{ options: { trackers: [[1]] } }],
  [{ options: { pieceLength: 1.5 } }],
  [{ options: { pieceCount: 0 } }],
  [{ options: { symlinks: 'maybe' } }],
  [{ options: { format: 'v3' } }],
  [{ options: [] }],
])('%j is refused', (params) => {
  expect(() => new Params(params).publishOptions('options')).toThrow(RequestError);
});

test.each(['relative', '', 'a\0b', '/a\0b'])('the path %j is refused', (path) => {
  expect(() => new Params({ path }).absolutePath('path')).toThrow(RequestError);
});

test('whatever a client sends, nothing but a RequestError comes of it', () => {
  fc.assert(
    fc.property(fc.anything(), (params) => {
      try {
        new Params(params).publishOptions('options');
        new Params(params).text('id');
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
      }
    }),
  );
});
