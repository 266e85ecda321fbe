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
  const link = createEngineLink({ connect, store, clock });
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
  const { engine, clock, store, link, opening } = setUp();
  opening.resolve();
  link.start();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  engine.stop();
  await vi.waitFor(() =>
    expect(store.get().link).toMatchObject({ phase: 'lost', isStopped: true }),
  );
  clock.advance(60_000);
  expect(engine.connects).toBe(1);
  link.retryNow();
  await vi.waitFor(() => expect(store.get().link.phase).toBe('online'));
  expect(engine.connects).toBe(2);
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
