import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Outbox } from '../../source/seeding/outbox.ts';

/** Two ends of a connection. */
async function connected(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const far = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  onTestFinished(() => {
    far.destroy();
    near.destroy();
  });
  return [near, far];
}

test('a write that leaves bit by bit is not stalled, one that does not leave is', async () => {
  const [near, far] = await connected();
  let now = 0;
  const outbox = new Outbox(near, null, () => now, {
    onRoom: () => undefined,
    onTaken: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  far.pause();
  let done = false;
  outbox.write(Buffer.alloc(64 * 1024 * 1024), () => {
    done = true;
  });
  const waitUntilStill = async (): Promise<void> => {
    for (let before = -1; before !== outbox.stalledMs; ) {
      before = outbox.stalledMs;
      await new Promise((resolve) => setTimeout(resolve, 50));
      outbox.tick();
    }
  };
  await waitUntilStill();
  now += 170_000;
  outbox.tick();
  expect(outbox.stalledMs).toBe(170_000);

  let read = 0;
  far.on('data', (chunk) => {
    read += chunk.length;
    if (read > 8 * 1024 * 1024) far.pause();
  });
  far.resume();
  await vi.waitFor(() => {
    outbox.tick();
    expect(outbox.stalledMs).toBe(0);
  });
  expect(done).toBe(false);
});
