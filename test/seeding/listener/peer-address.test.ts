import { expect, test } from 'vitest';
import {
  addressGroup,
  formatAddress,
  siteOf,
} from '../../../source/seeding/listener/peer-address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

test('addresses are shown with their port', () => {
  expect(formatAddress({ host: '::ffff:192.0.2.7', port: 6881 })).toBe('192.0.2.7:6881');
  expect(formatAddress({ host: '2001:db8::1', port: 6881 })).toBe('[2001:db8::1]:6881');
});

test('a site is a /48 network of IPv6, and an address of IPv4', () => {
  expect(siteOf('2001:db8:1:2::6')).toBe('2001:db8:1::/48');
  expect(siteOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
});
