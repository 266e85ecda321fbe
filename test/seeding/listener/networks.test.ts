import { expect, test } from 'vitest';
import { isFromOutside } from '../../../source/seeding/listener/networks.ts';

test.each([
  ['198.51.100.7', '192.168.1.2', true],
  ['2001:db8::7', 'fd00::2', true],
  ['198.51.100.7', '198.51.100.8', true],
  // this machine, by its address outside
  ['198.51.100.7', '198.51.100.7', false],
  ['198.51.100.7', '::ffff:198.51.100.7', false],
  ['192.168.1.9', '192.168.1.2', false],
  ['127.0.0.1', '127.0.0.1', false],
  ['fe80::1%eth0', 'fe80::2', false],
  // a customer of the same provider, or a virtual private network
  ['100.64.3.4', '100.64.0.2', false],
])('%s connecting to %s is from outside: %s', (host, localHost, isOutside) => {
  expect(isFromOutside({ host }, { localAddress: localHost })).toBe(isOutside);
});
