import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  readCompactIp,
  readCompactPeers,
} from '../../../source/discovery/announce/compact-addresses.ts';

test('IPv6 addresses are written as RFC 5952 has them', () => {
  const texts = {
    '00000000000000000000000000000000': '::',
    '00000000000000000000000000000001': '::1',
    '20010db8000000000000000000000000': '2001:db8::',
    '20010db8000000010000000000000001': '2001:db8:0:1::1',
    '20010db8000100010001000100010000': '2001:db8:1:1:1:1:1:0',
    '00000000000000000000ffff01020304': '1.2.3.4',
  };
  for (const [hex, text] of Object.entries(texts)) {
    expect(readCompactIp(Buffer.from(hex, 'hex'))).toBe(text);
  }
});

test('every IPv6 address is the one that its bytes say', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = readCompactIp(bytes) ?? '';
      expect(isIPv6(text)).toBe(true);
      const groups = Array.from({ length: 8 }, (_, index) =>
        Buffer.from(bytes).toString('hex', index * 2, index * 2 + 2),
      );
      const full = new SocketAddress({ family: 'ipv6', address: groups.join(':') });
      expect(text).toBe(full.address);
    }),
  );
});

test('no other number of bytes is an address', () => {
  for (const length of [0, 3, 5, 15, 17]) expect(readCompactIp(new Uint8Array(length))).toBeNull();
});

test('whatever the bytes, there are no more peers than asked for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(10), (bytes, most) => {
      expect(readCompactPeers(bytes, 4, most).length).toBeLessThanOrEqual(most);
      expect(readCompactPeers(bytes, 6, most).length).toBeLessThanOrEqual(most);
    }),
  );
});
