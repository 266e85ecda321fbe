import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddressBlocks } from '../../source/tracker/address-blocks.ts';
import { clientAddress, type ProxyHeader } from '../../source/tracker/client-address.ts';
import { formatIpAddress, parseIpAddress } from '../../source/tracker/ip-address.ts';
import { addressOf } from './test-tracker.ts';

/** Who asks, when `peer` sends these headers and 10/8 and 2001:db8::/32 are proxies of ours. */
function client(
  peer: string,
  forwardedFor?: string,
  forwarded?: string,
  header: ProxyHeader = 'any',
): string {
  const isTrusted = parseAddressBlocks(['10.0.0.0/8', '2001:db8::/32']);
  const headers = { forwardedFor, forwarded };
  return formatIpAddress(clientAddress(addressOf(peer), headers, header, isTrusted));
}

test('blocks of addresses', () => {
  const isIn = parseAddressBlocks(['192.0.2.128/25', '203.0.113.7', '2001:db8:1::/47', '::1']);
  for (const text of ['192.0.2.128', '192.0.2.255', '203.0.113.7', '2001:db8:0::1', '::1']) {
    expect(isIn(addressOf(text))).toBe(true);
  }
  for (const text of ['192.0.2.127', '203.0.113.8', '2001:db8:2::1', '::2', '::']) {
    expect(isIn(addressOf(text))).toBe(false);
  }
  expect(parseAddressBlocks(['0.0.0.0/0'])(addressOf('::1'))).toBe(false);
  expect(parseAddressBlocks(['::/0'])(addressOf('2001::1'))).toBe(true);
  for (const wrong of ['', 'x', '10.0.0.0/33', '::/129', '10.0.0.0/', '1.2.3.4/8/8', '::/-1']) {
    expect(() => parseAddressBlocks([wrong])).toThrow(RangeError);
  }
});

test('what strangers say of their address is not believed', () => {
  expect(client('203.0.113.7', '8.8.8.8', 'for=8.8.8.8')).toBe('203.0.113.7');
});

test('lists are walked from the last entry to the first that is no proxy', () => {
  expect(client('10.0.0.1')).toBe('10.0.0.1');
  expect(client('10.0.0.1', '198.51.100.9')).toBe('198.51.100.9');
  expect(client('10.0.0.1', '8.8.8.8, 198.51.100.9, 10.0.0.2')).toBe('198.51.100.9');
  expect(client('10.0.0.1', '10.0.0.3,10.0.0.2')).toBe('10.0.0.3');
  expect(client('10.0.0.1', undefined, 'for=8.8.8.8, for="198.51.100.9:80";proto=http')).toBe(
    '198.51.100.9',
  );
  expect(client('2001:db8::1', '2001:470::1')).toBe('2001:470::1');
  expect(client('2001:db8::1', '[2001:470::1]:4711')).toBe('2001:470::1');
  expect(client('2001:db8::1', undefined, 'proto=http; For="[2001:470::1]"')).toBe('2001:470::1');
});

test('what cannot be read leaves the address of the connection', () => {
  const wrong = ['', ' ', '1.2.3.4.5.6', 'unknown', '_hidden', '8.8.8.8,', '[::1', '::1]:80', 'x'];
  for (const entry of wrong) {
    expect(client('10.0.0.1', entry)).toBe('10.0.0.1');
    expect(client('10.0.0.1', undefined, `for=${entry}`)).toBe('10.0.0.1');
  }
  expect(client('10.0.0.1', undefined, 'by=8.8.8.8')).toBe('10.0.0.1');
  // nothing before an entry that is believed is read
  expect(client('10.0.0.1', 'nonsense, 198.51.100.9')).toBe('198.51.100.9');
});

test('one header is read; the other is perhaps the client’s own', () => {
  const own = 'for=8.8.8.8';
  expect(client('10.0.0.1', '198.51.100.9', own)).toBe('198.51.100.9');
  expect(client('10.0.0.1', 'nonsense', own)).toBe('10.0.0.1');
  expect(client('10.0.0.1', undefined, own)).toBe('8.8.8.8');
  const added = 'for=198.51.100.9';
  expect(client('10.0.0.1', '8.8.8.8', added, 'Forwarded')).toBe('198.51.100.9');
  expect(client('10.0.0.1', '8.8.8.8', undefined, 'Forwarded')).toBe('10.0.0.1');
  expect(client('10.0.0.1', undefined, own, 'X-Forwarded-For')).toBe('10.0.0.1');
  expect(client('10.0.0.1', '198.51.100.9', own, 'X-Forwarded-For')).toBe('198.51.100.9');
});

test('no header makes it fail', () => {
  const header = fc.option(
    fc.string({ unit: fc.constantFrom(...'for="[]:;,. 1f0xX=unknow_%'.split('')) }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(header, header, (forwardedFor, forwarded) => {
      expect(parseIpAddress(client('10.0.0.1', forwardedFor, forwarded))).not.toBeNull();
    }),
    { numRuns: 1_000 },
  );
});
