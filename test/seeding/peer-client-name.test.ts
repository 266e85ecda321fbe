import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peerClientName } from '../../source/seeding/peer-client-name.ts';

test.each([
  ['-LT2080-abcdefghijkl', 'libtorrent 2.0.8'],
  ['-qB4520-abcdefghijkl', 'qBittorrent 4.5.2'],
  ['-TR3000-abcdefghijkl', 'Transmission 3.0'],
  ['-DE13F0-abcdefghijkl', 'Deluge 1.3.15'],
  ['-lt0D60-abcdefghijkl', 'rTorrent 0.13.6'],
  ['-ES0100-abcdefghijkl', 'everseed 0.1'],
  ['-ZZ1234-abcdefghijkl', 'ZZ 1.2.3.4'],
  ['A2-1-36-0-abcdefghij', 'aria2 1.36.0'],
  ['M7-10-3--abcdefghijk', 'Mainline 7.10.3'],
  ['T03I-----abcdefghijk', 'BitTornado 0.3.18'],
  ['abcdefghijklmnopqrst', 'unknown'],
])('%s is %s', (peerId, name) => {
  expect(peerClientName(Buffer.from(peerId, 'latin1'), null)).toBe(name);
});

test('what the program says of itself comes first', () => {
  const id = Buffer.from('-LT2080-abcdefghijkl');
  expect(peerClientName(id, 'My Client 1.0')).toBe('My Client 1.0');
  expect(peerClientName(id, ' \u0000\u001b\u202e ')).toBe('libtorrent 2.0.8');
});

test('nothing reaches a terminal that is not a plain character', () => {
  expect(peerClientName(new Uint8Array(20), 'a\u001b[2Jb\nc\u202ed\u200be\ufffd')).toBe('a[2Jbcde');
  const texts = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), texts, (id, said) => {
      const name = peerClientName(id, said);
      expect(name).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect([...name].length).toBeGreaterThan(0);
      expect([...name].length).toBeLessThanOrEqual(64);
    }),
  );
});
