import { expect, test } from 'vitest';
import { ExternalAddresses } from '../../source/discovery/external-addresses.ts';

test('what most say of each family', () => {
  const addresses = new ExternalAddresses();
  expect(addresses.best(4)).toBeNull();
  addresses.note('198.51.100.1', 'tracker', 'a.example');
  addresses.note('198.51.100.1', 'tracker', 'b.example');
  addresses.note('203.0.113.9', 'tracker', 'liar.example');
  addresses.note('203.0.113.9', 'tracker', 'liar.example');
  addresses.note('2001:db8::1', 'tracker', 'a.example');
  expect(addresses.best(4)).toBe('198.51.100.1');
  expect(addresses.best(6)).toBe('2001:db8::1');
});

test('the router knows best, and who changes his mind has but one vote', () => {
  const addresses = new ExternalAddresses();
  for (const name of ['a', 'b', 'c']) addresses.note('198.51.100.1', 'peer', name);
  addresses.note('203.0.113.5', 'port-mapping', 'router');
  expect(addresses.best(4)).toBe('203.0.113.5');
  addresses.note('203.0.113.6', 'port-mapping', 'router');
  expect(addresses.best(4)).toBe('203.0.113.6');
});

test('addresses that are not of the world are not taken', () => {
  const addresses = new ExternalAddresses();
  for (const address of [
    ...['127.0.0.1', '10.1.2.3', '192.168.1.1', '172.31.0.1', '100.64.0.1', '169.254.0.1'],
    ...['0.0.0.0', '255.255.255.255', '::1', 'fe80::1', 'fd08::1', 'ff02::1', 'no address'],
  ]) {
    addresses.note(address, 'tracker', address);
  }
  expect(addresses.best(4)).toBeNull();
  expect(addresses.best(6)).toBeNull();
});

test('a crowd of peers does not oust what the router says', () => {
  const addresses = new ExternalAddresses();
  addresses.note('198.51.100.1', 'port-mapping', 'router');
  for (let n = 0; n < 1_000; n++) addresses.note(`203.0.113.${n % 250}`, 'peer', String(n));
  expect(addresses.best(4)).toBe('198.51.100.1');
});

test('a crowd of reporters costs no more than a few hundred', () => {
  const addresses = new ExternalAddresses();
  addresses.note('198.51.100.1', 'tracker', 'first');
  for (let n = 0; n < 1_000; n++) addresses.note('198.51.100.2', 'peer', String(n));
  expect(addresses.best(4)).toBe('198.51.100.2');
});
