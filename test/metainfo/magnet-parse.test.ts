import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeMagnet } from '../../source/metainfo/magnet.ts';
import { parseMagnet } from '../../source/metainfo/magnet-parse.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';

const v1 = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';
const v2 = 'caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e';
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

describe('parseMagnet', () => {
  test('reads all there is to say', () => {
    expect(
      parseMagnet(
        `magnet:?xt=urn:btih:${v1}&xt=urn:btmh:1220${v2}&dn=a+b%20%C3%A9&xl=12` +
          '&tr=http%3A%2F%2Fa%2F%3Fx%3D1%2B2&tr.1=udp://b:1&ws=http://w/a+b&x.pe=10.0.0.1:6881' +
          '&x.pe=[2001:db8::1]:1&x.pe=nowhere&so=0,2,4-6,x,9-8&unknown=1&&=',
      ),
    ).toEqual({
      infoHash: bytes(v1),
      infoHashV2: bytes(v2),
      name: 'a b é',
      size: 12,
      trackers: ['http://a/?x=1+2', 'udp://b:1'],
      webSeeds: ['http://w/a+b'],
      peers: ['10.0.0.1:6881', '[2001:db8::1]:1'],
      selected: [
        { first: 0, last: 0 },
        { first: 2, last: 2 },
        { first: 4, last: 6 },
      ],
    });
  });

  test('reads hashes in Base32, upper case and numbered', () => {
    const base32 = 'YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK';
    expect(parseMagnet(`magnet:?xt.1=urn:btih:${base32}`).infoHash).toEqual(bytes(v1));
    expect(parseMagnet(`MAGNET:?XT=URN:BTIH:${v1.toUpperCase()}`).infoHash).toEqual(bytes(v1));
    expect(parseMagnet(`magnet:?xt=urn:btmh:1220${v2}`)).toMatchObject({ infoHash: null });
  });

  test.each([
    ['', 'magnet:?'],
    [`http://x/?xt=urn:btih:${v1}`, 'magnet:?'],
    ['magnet:?dn=x', 'no info hash'],
    ['magnet:?xt=urn:sha1:abc', 'no info hash'],
    ['magnet:?xt=urn:btih:abc', 'malformed'],
    [`magnet:?xt=urn:btmh:1114${v1}`, 'malformed'],
    [`magnet:?xt=urn:btih:${v1}&xt=urn:btih:${v1.replace('c', 'd')}`, 'two different'],
    [`magnet:?xt=urn:btih:${v1}&dn=${'x'.repeat(100_000)}`, 'too long'],
  ])('refuses %s', (link, text) => {
    expect(() => parseMagnet(link)).toThrow(MetainfoError);
    expect(() => parseMagnet(link)).toThrow(text);
  });

  test('what is encoded is read the same', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const range = fc
      .tuple(fc.nat(1000), fc.nat(1000))
      .map(([first, more]) => ({ first, last: first + more }));
    const hash = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.record({
          infoHash: hash(20),
          infoHashV2: fc.option(hash(32)),
          name: text,
          size: fc.option(fc.nat()),
          trackers: fc.array(text, { maxLength: 3 }),
          webSeeds: fc.array(text, { maxLength: 3 }),
          peers: fc.constantFrom([], ['a.example:1', '[::1]:65535']),
          selected: fc.array(range, { maxLength: 3 }),
        }),
        (magnet) => {
          expect(parseMagnet(encodeMagnet(magnet))).toEqual(magnet);
        },
      ),
    );
  });

  test('no link causes anything but a MetainfoError', () => {
    const piece = fc.oneof(
      fc.constantFrom('xt=urn:btih:', 'xt=urn:btmh:1220', v1, v2, '&', '=', '%', '%ff', 'so=', '-'),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parseMagnet(`magnet:?${pieces.join('')}`);
        } catch (error) {
          expect(error).toBeInstanceOf(MetainfoError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
