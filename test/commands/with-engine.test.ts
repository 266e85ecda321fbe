import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { EngineConnection } from '../../source/client/engine-connection.ts';
import { withEngine } from '../../source/commands/with-engine.ts';
import { findHome } from '../../source/home.ts';
import { version } from '../../source/version.ts';

function setUp(engine: Partial<EngineConnection['engine']> = {}) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const abort = new AbortController();
  const stderr = new PassThrough();
  const close = vi.fn<() => void>();
  const connection: EngineConnection = {
    engine: { version, protocol: 1, sameProtocol: true, ...engine },
    request: () => Promise.reject(new Error('nothing is asked for')),
    on: () => () => undefined,
    closed: new Promise(() => undefined),
    close,
  };
  const context = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    environment: {},
    cwd: '/',
    home: findHome('/nowhere', {}, '/'),
    signal: abort.signal,
    connect: async () => connection,
    connectIfRunning: async () => connection,
    addEveryCommand: async () => undefined,
  };
  return { abort, context, close, said: () => String(stderr.read() ?? '') };
}

test('a command that ends in its own way once it is interrupted keeps the process no longer', async () => {
  const { abort, context, close } = setUp();
  const work = withEngine(
    context,
    () =>
      new Promise((_, reject) => {
        abort.signal.addEventListener('abort', () => reject(new Error('it was cancelled')));
      }),
  );
  await vi.advanceTimersByTimeAsync(1);
  abort.abort();
  await expect(work).rejects.toThrow('it was cancelled');
  expect(close).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that does not end is given up', async () => {
  const { abort, context, close } = setUp();
  const work = withEngine(context, () => new Promise(() => undefined));
  const given = expect(work).rejects.toMatchObject({ code: 'interrupted' });
  await vi.advanceTimersByTimeAsync(1);
  abort.abort();
  await vi.advanceTimersByTimeAsync(2_000);
  await given;
  expect(close).toHaveBeenCalledTimes(1);
});

test('an engine that speaks another version of the protocol is told of', async () => {
  const { context, said } = setUp({ version: '9.9.9', sameProtocol: false });
  expect(await withEngine(context, async () => 7)).toBe(7);
  expect(said()).toBe(
    `the engine that runs is everseed 9.9.9, this is ${version}: start it anew with: everseed --home /nowhere stop, then everseed --home /nowhere daemon\n`,
  );
  const same = setUp();
  await withEngine(same.context, async () => 7);
  expect(same.said()).toBe('');
});
