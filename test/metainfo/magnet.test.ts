import { expect, test } from 'vitest';
import { encodeMagnet } from '../../source/metainfo/magnet.ts';
import { hasLibtorrent, libtorrentMagnet } from './libtorrent-oracle.ts';

const infoHash = Uint8Array.from({ length: 20 }, (_, index) => index * 13);
const hex = '000d1a2734414e5b6875828f9ca9b6c3d0ddeaf7';

test('all there is to say', () => {
  expect(
    encodeMagnet({
      infoHash,
      name: 'a b&c=d+é',
      size: 1234,
      trackers: ['udp://t.example:6969/announce', 'http://[::1]:80/a?k=v&x'],
      webSeeds: ["http://w.example/it's (here)/"],
    }),
  ).toBe(
    `magnet:?xt=urn:btih:${hex}&dn=a%20b%26c%3Dd%2B%C3%A9&xl=1234` +
      '&tr=udp%3A%2F%2Ft.example%3A6969%2Fannounce&tr=http%3A%2F%2F%5B%3A%3A1%5D%3A80%2Fa%3Fk%3Dv%26x' +
      '&ws=http%3A%2F%2Fw.example%2Fit%27s%20%28here%29%2F',
  );
});

test('as little as there can be', () => {
  expect(encodeMagnet({ infoHash, name: 'x', trackers: [] })).toBe(
    `magnet:?xt=urn:btih:${hex}&dn=x`,
  );
});

test.skipIf(!hasLibtorrent)('libtorrent reads it (skipped without python3-libtorrent)', () => {
  const name = 'a b&c=d+é "quoted" 100%';
  const trackers = ['udp://t.example:6969/announce', 'http://[::1]:80/a?k=v&x=1'];
  const webSeeds = ["http://w.example/it's (here)/"];
  expect(libtorrentMagnet(encodeMagnet({ infoHash, name, size: 9, trackers, webSeeds }))).toEqual({
    infoHash: hex,
    name,
    trackers,
    webSeeds,
  });
});
