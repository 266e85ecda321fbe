import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCompact, encodeCompact } from '../../../source/seeding/wire/compact-address.ts';
import { WireError } from '../../../source/seeding/wire/error.ts';
import {
  encodePeerExchange,
  parsePeerExchange,
} from '../../../source/seeding/wire/peer-exchange.ts';

const v4 = { host: '192.0.2.1', port: 6881, flags: 0x11 };
const v6 = { host: '2001:db8::1', port: 1, flags: 0x02 };

test('is written as BEP 11 says', () => {
  const payload = encodePeerExchange({
    added: [v6, v4],
    dropped: [{ host: '192.0.2.2', port: 2 }],
  });
  expect(Buffer.from(payload).toString('latin1')).toBe(
    'd5:added6:\xc0\0\x02\x01\x1a\xe17:added.f1:\x116:added618:\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\x01' +
      '8:added6.f1:\x027:dropped6:\xc0\0\x02\x02\0\x028:dropped60:e',
  );
  expect(parsePeerExchange(payload)).toEqual([v4, v6]);
});

test('flags that are missing are none, and no more are read than a message may have', () => {
  const many = Buffer.alloc(600, 7);
  const message = Buffer.concat([
    Buffer.from('d5:added600:'),
    many,
    Buffer.from('7:added.f1:\x02e'),
  ]);
  const peers = parsePeerExchange(message);
  expect(peers).toHaveLength(50);
  expect(peers.map(({ flags }) => flags).slice(0, 3)).toEqual([2, 0, 0]);
});

test.each(['de', 'd5:addedi1ee', 'd5:added5:12345e', 'd6:added617:12345678901234567e'])(
  '%s names nobody',
  (payload) => expect(parsePeerExchange(Buffer.from(payload))).toEqual([]),
);

test('any bytes are read, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parsePeerExchange(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
});

test('addresses come back as sockets write them', () => {
  const port = fc.nat(65_535);
  fc.assert(
    fc.property(fc.ipV6(), port, (text, at) => {
      const host = new SocketAddress({ address: text, family: 'ipv6' }).address;
      const [back] = decodeCompact(encodeCompact([{ host: text, port: at }]), 'ipv6', 9);
      // an IPv4 address within has two ways to be written
      if (!host.includes('.')) expect(back).toEqual({ host, port: at });
    }),
  );
  fc.assert(
    fc.property(fc.ipV4(), port, (host, at) => {
      expect(decodeCompact(encodeCompact([{ host, port: at }]), 'ipv4', 9)).toEqual([
        { host, port: at },
      ]);
    }),
  );
});
