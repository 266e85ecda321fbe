import { describe, expect, test } from 'vitest';
import { type Encodable, encode } from '../../source/bencode/encode.ts';
import { parseInfo } from '../../source/metainfo/info.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';

const pieces = (count: number) => new Uint8Array(20 * count).fill(7);
const single = { length: 40_000, name: 'file', 'piece length': 16384, pieces: pieces(3) };
const folder = (files: Encodable[], count = 1) => ({
  files,
  name: 'folder',
  'piece length': 16384,
  pieces: pieces(count),
});
const file = (...path: string[]) => ({ length: 1, path });

describe('parseInfo', () => {
  test('reads a single file', () => {
    expect(parseInfo(encode({ ...single, private: 1, source: 'here', attr: 'x' }))).toEqual({
      version: 'v1',
      name: 'file',
      kind: 'file',
      files: [
        {
          path: ['file'],
          length: 40_000,
          executable: true,
          hidden: false,
          padding: false,
          symlink: null,
          piecesRoot: null,
        },
      ],
      size: 40_000,
      contentSize: 40_000,
      pieceLength: 16384,
      pieceCount: 3,
      pieces: pieces(3),
      private: true,
      source: 'here',
    });
  });

  test('reads a folder, with padding and empty files', () => {
    const info = parseInfo(
      encode(
        folder(
          [
            { length: 16000, path: ['a', 'b'] },
            { length: 384, path: ['.pad', '384'], attr: 'p' },
            { length: 0, path: ['empty'] },
            { length: 16384, path: ['a', 'c'] },
            { length: 384, path: ['.pad', '384'], attr: 'p' },
          ],
          3,
        ),
      ),
    );
    expect(info).toMatchObject({
      kind: 'folder',
      size: 33152,
      contentSize: 32384,
      pieceCount: 3,
      source: null,
    });
    expect(info.files.map(({ path, padding }) => [path.join('/'), padding])).toEqual([
      ['a/b', false],
      ['.pad/384', true],
      ['empty', false],
      ['a/c', false],
      ['.pad/384', true],
    ]);
  });

  test('prefers the names that are known to be UTF-8', () => {
    const info = parseInfo(
      encode({
        ...folder([{ length: 1, path: [new Uint8Array([0xc4])], 'path.utf-8': ['ä'] }]),
        'name.utf-8': 'Ordner',
      }),
    );
    expect(info.name).toBe('Ordner');
    expect(info.files[0]?.path).toEqual(['ä']);
  });

  test.each<[string, Encodable, string]>([
    ['no dictionary', [], 'not a dictionary'],
    ['a meta version of the future', { ...single, 'meta version': 3 }, 'meta version'],
    ['a link that leads out', { ...single, attr: 'l', 'symlink path': ['..', 'x'] }, 'leads out'],
    ['a link that leads nowhere', { ...single, attr: 'l' }, 'leads nowhere'],
    ['a path without end', folder([file(...Array(2000).fill('a'))]), '2000 components'],
    ['no name', { ...single, name: undefined }, 'name'],
    ['a name that leads up', { ...single, name: '..' }, '".."'],
    ['a name with a slash', { ...single, name: '/etc/passwd' }, '"/etc/passwd"'],
    ['a path that leads up', folder([file('a', '..', 'b')]), '".."'],
    ['a path that stays', folder([file('.', 'b')]), '"."'],
    ['an empty component', folder([file('', 'etc')]), '""'],
    ['a component with a slash', folder([file('a/b')]), '"a/b"'],
    ['a component with a NUL', folder([file('a\0b')]), 'component'],
    ['a component that is no string', folder([{ length: 1, path: [1] }]), 'other than names'],
    ['an empty path', folder([{ length: 1, path: [] }]), 'no path'],
    ['no path', folder([{ length: 1 }]), 'no path'],
    ['a file that is none', folder([1]), 'not a dictionary'],
    ['files that are none', { ...folder([]), files: 'x' }, 'not a list'],
    ['no files', folder([], 0), 'no content'],
    ['one path twice', folder([file('a', 'b'), file('a', 'b')]), 'two of its files'],
    ['a file that is a folder', folder([file('a', 'b', 'c'), file('a')]), 'both a file and'],
    ['a negative length', { ...single, length: -1 }, 'length'],
    ['no length', { ...single, length: undefined }, 'length'],
    ['a huge length', { ...single, length: 2n ** 63n }, 'length'],
    [
      'a size beyond exact numbers',
      folder([{ length: Number.MAX_SAFE_INTEGER, path: ['a'] }, file('b'), file('c')]),
      'size',
    ],
    ['no piece length', { ...single, 'piece length': 0 }, 'piece length'],
    ['no pieces', { ...single, pieces: undefined }, 'piece hashes'],
    ['too few pieces', { ...single, pieces: pieces(2) }, '40 bytes'],
    ['too many pieces', { ...single, pieces: pieces(4) }, '80 bytes'],
    ['half a hash', { ...single, pieces: new Uint8Array(59) }, '59 bytes'],
  ])('refuses %s', (_, value, text) => {
    const bytes = encode(value);
    expect(() => parseInfo(bytes)).toThrow(MetainfoError);
    expect(() => parseInfo(bytes)).toThrow(text);
  });

  test('refuses what is not bencode, and says so', () => {
    expect(() => parseInfo(Buffer.from('d-3:'))).toThrow(MetainfoError);
    expect(() => parseInfo(Buffer.from('d-3:'))).toThrow('not valid bencode');
  });
});
