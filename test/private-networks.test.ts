import { expect, test } from 'vitest';
import { isPrivateAddress } from '../source/private-networks.ts';

test.each([
  ['127.0.0.1', true],
  ['0.0.0.0', true],
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['169.254.169.254', true],
  ['203.0.113.9', false],
  ['::1', true],
  ['::', true],
  ['fe80::1%eth0', true],
  ['fd00::7', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:203.0.113.9', false],
  ['2001:db8::7', false],
])('%s is of a private network: %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});
