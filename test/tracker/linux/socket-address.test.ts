import { expect, test } from 'vitest';
import {
  addressIn,
  encodeSocketAddress,
  hasSocketAddress,
  portIn,
} from '../../../source/tracker/linux/socket-address.ts';
import { addressOf } from '../test-tracker.ts';

test('an address and a port can be read where they were written', () => {
  for (const host of ['127.0.0.1', '255.254.253.252', '::', '2001:db8::1']) {
    const encoded = encodeSocketAddress(host, 51_413);
    expect(portIn(encoded, 0)).toBe(51_413);
    expect(addressIn(encoded, 0, host.includes(':'))).toBe(addressOf(host));
  }
});

test('names, zones, and addresses in the clothes of others are left to Node', () => {
  const known = ['0.0.0.0', '192.0.2.1', '::', '2001:db8::1'];
  const others = ['localhost', '', 'fe80::1%eth0', '::ffff:192.0.2.1', '192.0.2', '1.2.3.4%lo'];
  expect([...known, ...others].filter(hasSocketAddress)).toEqual(known);
});
