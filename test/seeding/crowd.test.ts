import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { Leecher } from '../helpers/leecher.ts';
import { RunningSeeder, seederSettings, stopAll } from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;
const count = 500;
const slots = 20;
const id = { unchoke: 1, piece: 7 };

afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
});

/** Asks for a block when it is unchoked for the first time, and emits its address once it is there. */
function serveItself(leecher: Leecher, blocks: EventEmitter): void {
  let state: 'waiting' | 'asking' | 'served' = 'waiting';
  leecher.socket.on('data', () => {
    const has = (wanted: number) => leecher.messages.some((message) => message.id === wanted);
    if (state === 'waiting' && has(id.unchoke)) {
      state = 'asking';
      leecher.request([{ piece: 0, begin: 0, length: 16 * k }]);
    }
    if (state !== 'asking' || !has(id.piece)) return;
    state = 'served';
    blocks.emit('block', `127.0.0.1:${leecher.socket.localPort}`);
  });
}

test('each of 500 interested peers gets its turn at 20 slots, and never are more served', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const content = writeTestContent([100 * k], 32 * k);
  const running = new RunningSeeder({
    maxConnections: 2 * count,
    maxConnectionsPerAddress: 2 * count,
    maxConnectionsPerPublication: 2 * count,
    limits: { ...seederSettings.limits, uploadSlots: slots },
  });
  await running.start(content);
  const peers = () => running.seeder.peers(content.content.id);
  const blocks = new EventEmitter();
  const served = new Set<string>();
  blocks.on('block', (address: string) => served.add(address));
  const leechers = Array.from({ length: count }, () => running.leecher(content));
  for (const leecher of leechers) {
    serveItself(leecher, blocks);
    leecher.interested();
  }
  while (peers().filter(({ interested }) => interested).length < count) await turn();

  const unchoked = () => peers().filter(({ choked }) => !choked);
  while (unchoked().length < slots) await turn();
  for (let second = 1; served.size < count; second++) {
    expect(second).toBeLessThan(400);
    const now = unchoked();
    expect(now).toHaveLength(slots);
    // who has a slot is sent what it asks for
    while (now.some(({ address }) => !served.has(address))) await once(blocks, 'block');
    if (second % 60 === 0) for (const leecher of leechers) leecher.interested();
    running.aheadMs += 1_000;
    vi.advanceTimersByTime(1_000);
  }
  expect(running.errors).toEqual([]);
});
