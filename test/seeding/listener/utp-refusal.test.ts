import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { UtpRefusal } from '../../../source/seeding/listener/utp-refusal.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../../helpers/network-namespace.ts';

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  opened.push(socket);
  return socket;
}

const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

test('who asks for a uTP connection is refused; garbage is not answered', async () => {
  const { port } = (await bound()).address();
  opened.pop()?.close();
  const refusal = new UtpRefusal();
  expect(await refusal.start('127.0.0.1', port)).toBe(true);
  onTestFinished(() => refusal.stop());
  const peer = await bound();
  for (const packet of [Buffer.alloc(0), Buffer.from('d-3:'), Buffer.alloc(1400, 0xff)]) {
    peer.send(packet, port, '127.0.0.1');
  }
  const syn = Buffer.alloc(20);
  syn[0] = 0x41;
  peer.send(syn, port, '127.0.0.1');
  const [answer] = await once(peer, 'message');
  expect(answer[0]).toBe(0x31);
});

test('where another program has the port, it does without', async () => {
  const other = await bound();
  const refusal = new UtpRefusal();
  expect(await refusal.start('127.0.0.1', other.address().port)).toBe(false);
  refusal.stop();
});

test.skipIf(!canMakeNamespaces)('it comes from the address that was asked, whichever', () => {
  const { prefix, address, address6 } = createNetworkNamespace();
  const inside = (...words: string[]) =>
    execFileSync(prefix[0] ?? '', [...prefix.slice(1), ...words], { encoding: 'utf8' });
  inside('ip', 'addr', 'add', '10.9.0.2/32', 'dev', 'lo');
  inside('ip', 'addr', 'add', 'fd09::2/128', 'dev', 'lo', 'nodad');
  const program = fileURLToPath(new URL('refuse-at-each-address.ts', import.meta.url));
  const asked = [address, '10.9.0.2', address6, 'fd09::2'];
  expect(JSON.parse(inside(process.execPath, program, ...asked))).toEqual(asked);
});
