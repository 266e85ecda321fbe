import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import { type Encodable, Encoded, encode } from '../../source/bencode/encode.ts';
import { infoHashOf } from '../../source/metainfo/info-hash.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';

const info = encode({ length: 5, name: 'a', 'piece length': 16384, pieces: new Uint8Array(20) });
const keysOf = (torrent: Uint8Array) => [...(decode(torrent) as Map<string, unknown>).keys()];
const parsedWith = (outer: { [key: string]: Encodable }) =>
  parseTorrent(encode({ info: new Encoded(info), ...outer }));

describe('encodeTorrent', () => {
  test('writes what parseTorrent reads', () => {
    const parts = {
      info,
      trackers: [['http://a/announce', 'udp://a:1/announce'], ['http://b/announce']],
      webSeeds: ['http://w/1', 'http://w/2'],
      comment: 'ein Kommentar €',
      createdBy: 'everseed/1',
      creationDate: 1_700_000_000,
    };
    const torrent = parseTorrent(encodeTorrent(parts));
    const { infoHash, infoBytes, info: parsedInfo, ...outer } = torrent;
    expect({ info: infoBytes, ...outer }).toMatchObject(parts);
    expect(infoHash).toEqual(infoHashOf(info));
    expect(parsedInfo).toMatchObject({ name: 'a', size: 5 });
  });

  test('writes no key that has nothing to say', () => {
    expect(keysOf(encodeTorrent({ info, trackers: [] }))).toEqual(['info']);
    expect(keysOf(encodeTorrent({ info, trackers: [[]], webSeeds: [] }))).toEqual(['info']);
    expect(keysOf(encodeTorrent({ info, trackers: [['http://a']] }))).toEqual(['announce', 'info']);
    expect(keysOf(encodeTorrent({ info, trackers: [['http://a', 'http://b']] }))).toEqual([
      'announce',
      'announce-list',
      'info',
    ]);
  });

  test('keeps the bytes of the info dictionary, canonical or not', () => {
    const odd = Buffer.from(
      `d6:lengthi5e12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}4:name1:ae`,
    );
    const torrent = parseTorrent(encodeTorrent({ info: odd, trackers: [] }));
    expect(Buffer.from(torrent.infoBytes)).toEqual(odd);
    expect(torrent.infoHash).toEqual(infoHashOf(odd));
  });
});

describe('parseTorrent', () => {
  test('takes trackers and web seeds in all their shapes', () => {
    expect(parsedWith({ announce: 'http://a' }).trackers).toEqual([['http://a']]);
    expect(parsedWith({ announce: 'http://a', 'announce-list': [] }).trackers).toEqual([
      ['http://a'],
    ]);
    expect(
      parsedWith({ announce: 'http://a', 'announce-list': [['http://b', ''], [1], 'x', []] })
        .trackers,
    ).toEqual([['http://b']]);
    expect(parsedWith({}).trackers).toEqual([]);
    expect(parsedWith({ 'url-list': 'http://w' }).webSeeds).toEqual(['http://w']);
    expect(parsedWith({ 'url-list': '' }).webSeeds).toEqual([]);
    expect(parsedWith({ 'url-list': ['http://w', 7] }).webSeeds).toEqual(['http://w']);
  });

  test('leaves out what makes no sense around the info dictionary', () => {
    expect(parsedWith({ comment: 7, 'created by': [], 'creation date': 2n ** 60n })).toMatchObject({
      comment: null,
      createdBy: null,
      creationDate: null,
    });
    expect(parsedWith({ 'creation date': -5 }).creationDate).toBeNull();
  });

  test.each([
    ['', 'not valid bencode'],
    ['<html>', 'not valid bencode'],
    ['le', 'not valid bencode'],
    ['d4:infoi1ee', 'no info dictionary'],
    ['de', 'no info dictionary'],
    ['d4:infodee', 'name'],
  ])('refuses %j', (text, message) => {
    expect(() => parseTorrent(Buffer.from(text))).toThrow(MetainfoError);
    expect(() => parseTorrent(Buffer.from(text))).toThrow(message);
  });

  test('damaged torrents never cause anything but a MetainfoError', () => {
    const whole = encodeTorrent({
      info: encode({
        files: [
          { length: 5, path: ['a', 'b'] },
          { length: 16384, path: ['c'], attr: 'x' },
        ],
        name: 'folder',
        'piece length': 16384,
        pieces: new Uint8Array(40),
        private: 1,
      }),
      trackers: [['http://a/announce'], ['udp://b/announce']],
      webSeeds: ['http://w/'],
      creationDate: 1,
      comment: 'c',
    });
    const interesting = fc.constantFrom(...[...'dlei:-019/.\0\xff'].map((c) => c.charCodeAt(0)));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.oneof(interesting, fc.nat(255)));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          const { info: parsed } = parseTorrent(bytes);
          expect(parsed.pieceCount).toBe(Math.ceil(parsed.size / parsed.pieceLength));
          for (const { path } of parsed.files) expect(path).not.toContain('..');
        } catch (error) {
          expect(error).toBeInstanceOf(MetainfoError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
