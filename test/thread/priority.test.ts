import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const module = new URL('../../source/thread/priority.ts', import.meta.url);

test.runIf(process.platform === 'linux')(
  'a thread that lets others go first does so alone',
  async () => {
    const before = getPriority(process.pid);
    const worker = new Worker(
      `const { letOthersGoFirst } = await import('${module}');
     const { parentPort } = await import('node:worker_threads');
     const { readlinkSync } = await import('node:fs');
     const { getPriority } = await import('node:os');
     letOthersGoFirst();
     const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
     parentPort.postMessage(getPriority(thread));`,
      { eval: true },
    );
    const [priority] = await once(worker, 'message');
    expect(priority).toBe(Math.min(19, before + 5));
    expect(getPriority(process.pid)).toBe(before);
    await worker.terminate();
  },
);
