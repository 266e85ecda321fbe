import { setImmediate as nextLoop } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { BlockReader } from '../../source/seeding/block-reader.ts';
import { BlockSender } from '../../source/seeding/block-sender.ts';
import { ChunkPool } from '../../source/seeding/chunk-pool.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import type { UploadGate } from '../../source/seeding/limits/upload-limiter.ts';
import { LivePublication } from '../../source/seeding/live-publication.ts';
import { Turns } from '../../source/seeding/turns.ts';
import { dataOf, sourceOf, writeTestContent } from './test-content.ts';

const block = 16_384;
const message = block + 13;
const openGate = (): UploadGate => ({
  take: (wanted) => wanted,
  settle: () => undefined,
  close: () => undefined,
});

/** Senders to several peers of one publication, whose sockets take everything, a little later. */
function setUp() {
  const now = (): number => 0;
  const written = writeTestContent([64 * block], 16 * block);
  const publication = new LivePublication(written.content, dataOf(written), 0);
  const files = new FilePool(sourceOf([written]), 8, now);
  onTestFinished(() => files.closeAll());
  const chunks = new ChunkPool(1 << 24);
  const plane = { reader: new BlockReader(files, chunks), chunks, turns: new Turns(now), now };
  const log: { to: string; blocks: number }[] = [];
  const sender = (to: string, gate: (wake: () => void) => UploadGate = openGate) => {
    const transport = {
      write(bytes: Uint8Array, done: (error?: Error | null) => void) {
        log.push({ to, blocks: bytes.length / message });
        process.nextTick(done);
      },
      sent: () => undefined,
      fileFailed: (error: unknown) => expect.unreachable(String(error)),
      refused: () => expect.unreachable('blocks were refused'),
      failed: (error: unknown) => expect.unreachable(String(error)),
    };
    return new BlockSender(publication, plane, transport, 2_000, gate);
  };
  const ask = (of: BlockSender, count: number) => {
    for (let index = 0; index < count; index++) {
      const piece = Math.floor(index / 16) % 4;
      of.add({ piece, begin: (index % 16) * block, length: block });
    }
    of.pump();
  };
  const blocksTo = (to: string) =>
    log.reduce((sum, one) => sum + (one.to === to ? one.blocks : 0), 0);
  return { sender, ask, log, blocksTo, chunks };
}

test('peers are sent all that they ask for, each in turns of one chunk', async () => {
  const { sender, ask, log, blocksTo, chunks } = setUp();
  const names = ['a', 'b', 'c'];
  const senders = names.map((name) => sender(name));
  for (const one of senders) ask(one, 1_000);
  expect(log).toEqual([]);
  await expect.poll(() => names.map(blocksTo)).toEqual([1_000, 1_000, 1_000]);
  for (const { blocks } of log) expect(blocks).toBeLessThanOrEqual(32);
  expect(chunks.lent).toBe(0);
});

test('what a limit lets through is taken when it says so: later it is nobody’s', async () => {
  const { sender, ask, blocksTo } = setUp();
  let wake = (): void => undefined;
  let granted = 0;
  const one = sender('a', (wakeUp) => {
    wake = wakeUp;
    return { ...openGate(), take: (wanted) => Math.min(wanted, granted) };
  });
  ask(one, 8);
  await nextLoop();
  expect(blocksTo('a')).toBe(0);
  granted = 3 * block;
  wake();
  granted = 0;
  await expect.poll(() => blocksTo('a')).toBe(3);
});
