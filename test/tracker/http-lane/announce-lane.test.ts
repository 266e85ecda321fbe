import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { closed, hash, httpServerAt } from '../black-box.ts';
import { createTestTracker } from '../test-tracker.ts';

const request = `GET /announce?info_hash=${hash}&peer_id=${hash}&port=7001&left=1 HTTP/1.1\r\n\r\n`;

async function ask(socket: Socket): Promise<string> {
  socket.write(request);
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

test('who asks again and again is not the one that is closed for a new connection', async () => {
  const now = () => 0;
  const tracker = createTestTracker({ now });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  const faults: unknown[] = [];
  const http = httpServerAt({
    ...{ hosts: ['127.0.0.1'], port: 0, tracker, now, onFault: (error) => faults.push(error) },
    connectionLimits: { total: 3, perAddress: 3 },
  });
  onTestFinished(async () => {
    await http.stop();
    expect(faults).toEqual([]);
  });
  const { port } = await http.start();
  const open = async () => {
    const socket = connect({ host: '127.0.0.1', port });
    onTestFinished(() => void socket.destroy());
    expect(await ask(socket)).toContain('8:interval');
    return socket;
  };
  const first = await open();
  const second = await open();
  await open();
  expect(await ask(first)).toContain('8:interval');
  await open();
  await closed(second);
  expect(await ask(first)).toContain('8:interval');
});
