import { expect, onTestFinished, test, vi } from 'vitest';
import type { EngineConnection } from '../../../source/client/engine-connection.ts';
import { createEngineLink } from '../../../source/ui/state/engine-link.ts';
import { createEngineStore } from '../../../source/ui/state/engine-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeEngine } from '../support/fake-engine.ts';

function setUp() {
  const engine = new FakeEngine();
  const clock = new FakeClock();
  const opening = Promise.withResolvers<void>();
  const connect = async (): Promise<EngineConnection> => {
    await opening.promise;
    return engine.connect();
  };
  const store = createEngineStore(clock);
  const link = createEngineLink({
    connect,
    connectIfRunning: engine.connectIfRunning,
    store,
    clock,
  });
  onTestFinished(() => link.stop());
  return { engine, clock, store, link, opening };
}

test('what is asked while it connects is answered when it has', async () => {
  const { link, opening } = setUp();
  link.start();
  const answer = link.request('preview', { path: '/srv/a', options: {} });
  opening.resolve();
  expect(await answer).toMatchObject({ path: '/srv/a' });
});

test('what is asked while it connects is refused when that fails', async () => {
  const { engine, link, opening } = setUp();
  engine.refusal = 'no';
  link.start();
  const answer = link.request('preview', { path: '/srv/a', options: {} });
  opening.resolve();
  await expect(answer).rejects.toMatchObject({ code: 'engine-gone' });
});

test('an engine that somebody stopped is not started again but by a key', async () => {
  const { engine, clock, store, link } = await stopped();
  clock.advance(60_000);
  expect(engine.connects).toBe(1);
  link.retryNow();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  expect(engine.connects).toBe(2);
});

async function stopped() {
  const set = setUp();
  const { engine, store, link, opening } = set;
  opening.resolve();
  link.start();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  engine.stop();
  await vi.waitFor(() =>
    expect(store.get().link).toMatchObject({ phase: 'lost', isStopped: true }),
  );
  return set;
}

test('an engine that was stopped is found when somebody has started it again', async () => {
  const { engine, clock, store } = await stopped();
  clock.advance(2000);
  await vi.waitFor(() => expect(clock.waiting).toBe(1));
  clock.advance(2000);
  await vi.waitFor(() => expect(clock.waiting).toBe(1));
  expect(engine.connects).toBe(1);
  expect(store.get().link).toMatchObject({ phase: 'lost', isStopped: true });
  engine.isRunning = true;
  clock.advance(2000);
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  expect(engine.connects).toBe(2);
});

test('one that cannot be reached once it was stopped is looked for on, and that is said', async () => {
  const { engine, clock, store } = await stopped();
  engine.isRunning = true;
  engine.refusal = 'it belongs to another user';
  clock.advance(2000);
  await vi.waitFor(() =>
    expect(store.get().link).toMatchObject({ reason: engine.refusal, isStopped: true }),
  );
  engine.refusal = null;
  clock.advance(2000);
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
});

test('an engine asked for while it is looked for is started, and once', async () => {
  const { engine, clock, store, link } = await stopped();
  clock.advance(2000);
  link.retryNow();
  expect(store.get().link).toMatchObject({ phase: 'lost', isStopped: false });
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  expect(engine.connects).toBe(2);
});

test('no engine is looked for any more when the dashboard has left', async () => {
  const { engine, clock, link } = await stopped();
  link.stop();
  engine.isRunning = true;
  clock.advance(60_000);
  expect(engine.connects).toBe(1);
  expect(clock.waiting).toBe(0);
});

test('an engine that died is looked for again', async () => {
  const { engine, clock, store, link, opening } = setUp();
  opening.resolve();
  link.start();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  engine.die();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('lost'));
  clock.advance(1000);
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
});
