import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { parseAddressBlocks } from '../../source/tracker/address-blocks.ts';
import { ConnectionGate } from '../../source/tracker/connection-gate.ts';

function connectionFrom(address: string): Socket {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  return socket;
}

function setUp(limits = { total: 10, perAddress: 3 }) {
  const isTrustedProxy = parseAddressBlocks(['10.0.0.0/8']);
  const gate = new ConnectionGate({ limits, isTrustedProxy });
  /** So many connections from an address, as many of them as are open. */
  const open = (count: number, address = '192.0.2.1'): Socket[] =>
    Array.from({ length: count }, () => {
      const socket = connectionFrom(address);
      gate.opened(socket);
      return socket;
    });
  return { gate, open };
}

const isOpen = (socket: Socket) => !socket.destroyed;

test('of one address the longest waiting is closed for a new one', () => {
  const { gate, open } = setUp();
  const [first, second, third] = open(3) as [Socket, Socket, Socket];
  gate.asked(first);
  open(1, '192.0.2.2');
  const [fourth] = open(1) as [Socket];
  expect([first, second, third, fourth].map(isOpen)).toEqual([true, false, true, true]);
  gate.answered(first);
  open(2);
  expect([first, third, fourth].map(isOpen)).toEqual([true, false, false]);
});

test('addresses of IPv6 are counted by the networks of 64 bits they are in', () => {
  const { open } = setUp();
  const crowd = Array.from({ length: 6 }, (_, n) => open(1, `2001:db8:0:1::${n}`)).flat();
  expect(crowd.filter(isOpen)).toHaveLength(3);
  expect(open(3, '2001:db8:0:2::1').every(isOpen)).toBe(true);
});

test('trusted proxies are held to the total alone', () => {
  const { open } = setUp();
  const fromProxies = [...open(5, '10.0.0.1'), ...open(5, '::ffff:10.0.0.2')];
  expect(fromProxies.every(isOpen)).toBe(true);
  open(1, '10.0.0.1');
  expect(fromProxies.filter(isOpen)).toHaveLength(9);
});

test('who does not read its answers gives way when nobody waits, who is being answered does not', () => {
  const { gate, open } = setUp();
  const connections = open(3);
  for (const socket of connections) gate.asked(socket);
  expect(open(1).every(isOpen)).toBe(false);
  const [, unread] = connections as [Socket, Socket];
  unread.cork();
  unread.write('an answer');
  expect(open(1).every(isOpen)).toBe(true);
  expect(connections.map(isOpen)).toEqual([true, false, true]);
});

test('who is handed over counts for the total only, and is not idle', () => {
  const { gate, open } = setUp({ total: 4, perAddress: 3 });
  const handedOver = open(3);
  for (const socket of handedOver) gate.handedOver(socket);
  const others = open(1);
  open(1);
  expect(handedOver.every(isOpen)).toBe(true);
  expect(others.every(isOpen)).toBe(false);
});

test('a connection that ends makes room', async () => {
  const { gate, open } = setUp();
  const connections = open(3);
  for (const socket of connections) gate.asked(socket);
  const [first] = connections as [Socket];
  const closed = new Promise((resolve) => first.once('close', resolve));
  first.destroy();
  await closed;
  expect(open(1).every(isOpen)).toBe(true);
  expect(connections.filter(isOpen)).toHaveLength(2);
  await gate.empty(0);
  expect(connections.some(isOpen)).toBe(false);
});
