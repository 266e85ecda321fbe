import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compactEndpoint,
  formatIpv4,
  isLoopback,
  isPrivate,
  parseCompactEndpoint,
  parseIpv4,
} from '../../source/tracker/ipv4.ts';

const address = fc.integer({ min: 0, max: 0xffffffff });
const port = fc.integer({ min: 0, max: 65535 });

test('addresses come back from text and from compact form', () => {
  fc.assert(
    fc.property(address, port, (address, port) => {
      expect(parseIpv4(formatIpv4(address))).toBe(address);
      const endpoint = compactEndpoint(address, port);
      expect(Buffer.from(endpoint, 'latin1')).toHaveLength(6);
      expect(parseCompactEndpoint(endpoint)).toEqual({ address, port });
    }),
  );
});

test('compact form is big-endian', () => {
  expect(compactEndpoint(0xc0000201, 0x1ae1)).toBe('\xc0\0\x02\x01\x1a\xe1');
});

test('08 an IPv4-mapped IPv6 address is IPv4', () => {
  expect(parseIpv4('::ffff:192.0.2.1')).toBe(0xc0000201);
  expect(parseIpv4('::FFFF:192.0.2.1')).toBe(0xc0000201);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '1.2.3.-4',
  '::1',
  '2001:db8::1',
  'host',
  ' 1.2.3.4',
])('%j is no IPv4 address', (text) => expect(parseIpv4(text)).toBeNull());

test.each([
  ['10.0.0.1', true],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['192.169.1.1', false],
  ['100.63.0.1', false],
  ['100.64.0.1', true],
  ['100.127.0.1', true],
  ['100.128.0.1', false],
  ['169.254.1.1', true],
  ['8.8.8.8', false],
  ['240.0.0.1', false],
])('%s private: %s', (text, expected) => {
  expect(isPrivate(parseIpv4(text) ?? 0)).toBe(expected);
});

test('all of 127/8 is loopback', () => {
  expect(isLoopback(0x7f123456)).toBe(true);
  expect(isLoopback(0x80000001)).toBe(false);
});
