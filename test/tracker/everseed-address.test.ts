import { expect, test } from 'vitest';
import { everseedAddressFor } from '../../source/tracker/everseed-address.ts';
import { formatIpAddress } from '../../source/tracker/ip-address.ts';
import { addressOf as ip } from './test-tracker.ts';

const local = [
  { address: ip('127.0.0.1'), netmask: ip('255.0.0.0'), internal: true },
  { address: ip('192.168.1.10'), netmask: ip('255.255.255.0'), internal: false },
  { address: ip('10.8.0.1'), netmask: ip('255.255.0.0'), internal: false },
];

interface Case {
  from: string;
  arrivedAt?: string;
  bound?: string;
  publicAddress?: string;
  machine?: typeof local;
}

function chosen({ from, arrivedAt, bound, publicAddress, machine = local }: Case): string | null {
  const address = everseedAddressFor(
    { address: ip(from), localAddress: arrivedAt === undefined ? null : ip(arrivedAt) },
    { port: 6881, host: bound ?? null, publicAddress: publicAddress ?? null },
    machine,
  );
  return address === null ? null : formatIpAddress(address);
}

const known = { publicAddress: '203.0.113.7' };

const anywhere = ['127.0.0.1', '192.168.1.10', '192.168.1.20', '8.8.8.8'];

test('bound to a public address: that one', () => {
  for (const from of anywhere) {
    expect(chosen({ from, bound: '203.0.113.8', arrivedAt: '10.8.0.1', ...known })).toBe(
      '203.0.113.8',
    );
  }
});

test.each(['192.168.1.5', '127.0.0.1', '100.64.0.5'])(
  'bound to %s: that one to who is nearby, the public address to the world',
  (bound) => {
    for (const from of anywhere) {
      const expected = from === '8.8.8.8' ? known.publicAddress : bound;
      expect(chosen({ from, bound, arrivedAt: '10.8.0.1', ...known })).toBe(expected);
      expect(chosen({ from, bound, arrivedAt: '10.8.0.1' })).toBe(bound);
    }
    const machine = [{ address: ip('203.0.113.7'), netmask: ip('255.255.255.0'), internal: false }];
    expect(chosen({ from: '203.0.113.7', bound, machine, ...known })).toBe(bound);
  },
);

test.each(['0.0.0.0', '::'])('bound to %s is bound to none in particular', (bound) => {
  expect(chosen({ from: '8.8.8.8', bound, ...known })).toBe('203.0.113.7');
});

test('to this machine: the address it came from', () => {
  expect(chosen({ from: '127.0.0.1', ...known })).toBe('127.0.0.1');
  expect(chosen({ from: '127.5.5.5', ...known })).toBe('127.0.0.1');
  expect(chosen({ from: '192.168.1.10', ...known })).toBe('192.168.1.10');
});

test('to a neighbour: our address in its network', () => {
  expect(chosen({ from: '192.168.1.20', ...known })).toBe('192.168.1.10');
  expect(chosen({ from: '10.8.99.99', ...known })).toBe('10.8.0.1');
});

test('to a private address: where its request arrived, if that is known', () => {
  expect(chosen({ from: '172.20.0.5', arrivedAt: '10.8.0.1', ...known })).toBe('10.8.0.1');
  expect(chosen({ from: '172.20.0.5', ...known })).toBe('203.0.113.7');
});

test('to the world: the public address, else where the request arrived, else any of ours', () => {
  expect(chosen({ from: '8.8.8.8', arrivedAt: '192.168.1.10', ...known })).toBe('203.0.113.7');
  expect(chosen({ from: '8.8.8.8', arrivedAt: '10.8.0.1' })).toBe('10.8.0.1');
  expect(chosen({ from: '8.8.8.8' })).toBe('192.168.1.10');
  expect(chosen({ from: '8.8.8.8', machine: local.slice(0, 1) })).toBeNull();
});
