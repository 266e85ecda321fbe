import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compactEndpoint,
  formatIpAddress,
  ipAddressOf,
  isIpv6,
  isLoopback,
  isNearby,
  isPrivate,
  isUnusable,
  parseCompactEndpoint,
  parseIpAddress,
  partyOf,
} from '../../source/tracker/ip-address.ts';
import { addressOf } from './test-tracker.ts';

test('addresses are read and written', () => {
  expect(addressOf('192.0.2.255')).toBe('\xc0\0\x02\xff');
  expect(addressOf('::')).toBe('\0'.repeat(16));
  expect(addressOf('2001:db8::1')).toBe(`\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01`);
  for (const text of ['0.0.0.0', '255.255.255.255', '::1', '::', '2001:db8::1', 'fe80::1:0:0:1']) {
    expect(formatIpAddress(addressOf(text))).toBe(text);
  }
  expect(formatIpAddress(addressOf('fe80::1%eth0'))).toBe('fe80::1');
  expect(formatIpAddress(addressOf('2001:DB8:0:0:1:0:0:1'))).toBe('2001:db8::1:0:0:1');
  expect(formatIpAddress(addressOf('1:0:2:3:4:5:6:7'))).toBe('1:0:2:3:4:5:6:7');
});

test('a mapped IPv4 address is IPv4', () => {
  for (const text of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
    expect(formatIpAddress(addressOf(text))).toBe('192.0.2.1');
  }
  expect(ipAddressOf(`${'\0'.repeat(10)}\xff\xff\x7f\0\0\x01`)).toBe('\x7f\0\0\x01');
  expect(isIpv6(addressOf('::fffe:192.0.2.1'))).toBe(true);
});

test('what is no address is null', () => {
  const wrong = ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.4 ', ':', ':::', '1::2::3'];
  const wrong6 = [
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2',
  ];
  for (const text of [
    ...wrong,
    ...wrong6,
    '1.2.3.4::',
    '[::1]',
    'localhost',
    '1:2:3:4:5:6:1.2.3.4:7',
  ]) {
    expect(parseIpAddress(text)).toBeNull();
  }
});

test('they are read and written as Node does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = addressOf(text);
      const family = isIPv4(text) ? 'ipv4' : 'ipv6';
      const plain = new SocketAddress({ address: text, family }).address.replace(/^::ffff:/, '');
      if (isIPv4(plain)) expect(formatIpAddress(address)).toBe(plain);
      expect(parseIpAddress(formatIpAddress(address))).toBe(address);
      expect(addressOf(plain)).toBe(address);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abf:::.') }), (text) => {
      // leading zeros of dotted decimal are read, as every client's inet_addr does
      const plain = text.replace(/(?<![0-9a-f])0+(?=\d+(?:\.|$))/g, '');
      if (text.includes('.') && plain !== text) return;
      expect(parseIpAddress(text) !== null).toBe(isIPv4(text) || isIPv6(text));
    }),
    { numRuns: 5_000 },
  );
});

test('where addresses mean something', () => {
  const nearby = [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
  ];
  for (const text of [...nearby, 'fc00::1', 'fd12::1', 'fe80::1', 'febf::1']) {
    expect(isPrivate(addressOf(text))).toBe(true);
    expect(isNearby(addressOf(text))).toBe(true);
  }
  for (const text of [
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2001:db8::1',
    'fec0::1',
    'fe00::1',
  ]) {
    expect(isNearby(addressOf(text))).toBe(false);
  }
  for (const text of ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(isLoopback(addressOf(text))).toBe(true);
  }
  expect(isLoopback(addressOf('::2'))).toBe(false);
  for (const text of ['0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255', '::', 'ff02::1']) {
    expect(isUnusable(addressOf(text))).toBe(true);
  }
  expect(isUnusable(addressOf('223.255.255.255'))).toBe(false);
});

test('all of a /64 is one party', () => {
  expect(partyOf(addressOf('2001:db8::1'))).toBe(partyOf(addressOf('2001:db8::ffff:1')));
  expect(partyOf(addressOf('2001:db8::1'))).not.toBe(partyOf(addressOf('2001:db8:0:1::1')));
  expect(partyOf(addressOf('192.0.2.1'))).not.toBe(partyOf(addressOf('192.0.2.2')));
});

test('endpoints in compact form', () => {
  for (const text of ['192.0.2.1', '2001:db8::1']) {
    const address = addressOf(text);
    const endpoint = compactEndpoint(address, 258);
    expect(endpoint).toHaveLength(address.length + 2);
    expect(endpoint.slice(-2)).toBe('\x01\x02');
    expect(parseCompactEndpoint(endpoint)).toEqual({ address, port: 258 });
  }
});
