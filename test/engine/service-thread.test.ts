import { expect, onTestFinished, test } from 'vitest';
import { ServiceThread } from '../../source/engine/service-thread.ts';
import { createLog } from '../../source/log/log.ts';
import { until } from '../helpers/everseed.ts';

type FragileService = {
  tell(text: string): void;
  told(): string[];
  crash(): void;
  stop(): void;
};

function startFragile(whenSetUp: () => Promise<void> = async () => undefined) {
  const logged: string[] = [];
  let starts = 0;
  const thread = new ServiceThread<FragileService, object>(
    'fragile',
    new URL('./fixtures/fragile-worker.ts', import.meta.url),
    createLog((line) => logged.push(line)),
    async ({ call }) => {
      starts++;
      await call.tell(`start ${starts}`);
      await whenSetUp();
      return () => call.stop();
    },
  );
  onTestFinished(() => thread.stop(1000));
  return { thread, logged };
}

test('a thread that crashes is logged, started again and set up as before', async () => {
  const { thread, logged } = startFragile();
  await thread.start();
  expect(await thread.call.told()).toEqual(['start 1']);
  await thread.call.crash();
  await until(() => logged.some((line) => line.includes('a fault of the thread')));
  // until it is back, calls fail instead of hanging
  await expect(thread.call.told()).rejects.toThrow('fragile ended');
  await until(() =>
    thread.call.told().then(
      (told) => told[0] === 'start 2',
      () => false,
    ),
  );
});

test('what changes while it is set up is told to the thread that there will be', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { thread } = startFragile(() => promise);
  const starting = thread.start();
  await thread.call.tell('a change');
  resolve();
  await starting;
  expect(await thread.call.told()).toEqual(['start 1', 'a change']);
});

test('a call that nobody answers is an error', async () => {
  const { thread } = startFragile();
  await thread.start();
  const call = thread.call as unknown as Record<string, () => Promise<unknown>>;
  await expect(call['missing']?.()).rejects.toThrow('no function missing');
});

test('after stop it stays down', async () => {
  const { thread, logged } = startFragile();
  await thread.start();
  await thread.stop(1000);
  await thread.stop(1000);
  await expect(thread.call.told()).rejects.toThrow('fragile ended');
  expect(logged.join('')).not.toContain('restarts');
});
