import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Connections } from '../../../source/seeding/listener/connections.ts';

function setUp(maxConnections: number) {
  const closed: string[] = [];
  const connections = new Connections({
    maxConnections,
    maxConnectionsPerAddress: 5,
    now: () => 0,
    makeRoom: () => false,
  });
  const admit = (address: string) => {
    const socket = new Socket();
    socket.on('close', () => closed.push(address));
    const isIn = connections.admit(address, socket);
    if (isIn) connections.handshaken(socket);
    return isIn;
  };
  const admitted = (addresses: string[]) => addresses.filter(admit).length;
  return { connections, closed, admit, admitted };
}

const many = (count: number, addressOf: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => addressOf(n));

test('a site with many IPv6 networks has no more connections than some addresses', () => {
  const { admitted } = setUp(1_000);
  expect(admitted(many(100, () => '2001:db8:1:1::1'))).toBe(5);
  expect(admitted(many(100, (n) => `2001:db8:1:${n}::1`))).toBe(15);
  expect(admitted(many(100, (n) => `2001:db8:2:${n}::1`))).toBe(20);
  expect(admitted(many(100, () => '192.0.2.1'))).toBe(5);
});

test('when all are busy, a site with many networks makes room for others', async () => {
  const { admit, admitted, closed } = setUp(20);
  expect(admitted(many(20, (n) => `2001:db8:1:${n}::1`))).toBe(20);
  expect(admit('2001:db8:2:1::1')).toBe(true);
  expect(admit('192.0.2.1')).toBe(true);
  await expect.poll(() => closed).toEqual(['2001:db8:1:19::1', '2001:db8:1:18::1']);
});

test('of this machine itself come many, but not all', () => {
  const { admitted } = setUp(100);
  expect(admitted(many(100, () => '127.0.0.1'))).toBe(50);
  expect(admitted(many(100, () => '::ffff:127.0.0.2'))).toBe(50);
  expect(admitted(many(100, () => '192.0.2.1'))).toBe(5);
});
