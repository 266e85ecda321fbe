import { expect, test } from 'vitest';
import { encodeSocketAddress } from '../../../source/tracker/linux/socket-address.ts';
import { SenderAddresses } from '../../../source/tracker/udp/sender-addresses.ts';
import { addressOf } from '../test-tracker.ts';

test('each sender is who it is, however many there are and in whatever order', () => {
  const senders = new SenderAddresses(false);
  const senders6 = new SenderAddresses(true);
  const hosts = Array.from({ length: 10_000 }, (_, n) => `${1 + (n % 3)}.${n >> 8}.0.${n & 0xff}`);
  for (const host of [...hosts, '0.0.0.0', ...hosts.toReversed(), '255.255.255.255']) {
    expect(senders.at(encodeSocketAddress(host, 1), 0)).toBe(addressOf(host));
  }
  for (const host of ['2001:db8::1', '::1', '2001:db8::2']) {
    expect(senders6.at(encodeSocketAddress(host, 1), 0)).toBe(addressOf(host));
  }
});
