import { expect, test } from 'vitest';
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
  const link = createEngineLink({ connect, store: createEngineStore(clock), clock });
  return { engine, link, opening };
}

test('what is asked while it connects is answered when it has', async () => {
  const { link, opening } = setUp();
  link.start();
  const answer = link.request('preview', { path: '/srv/a', options: {} });
  opening.resolve();
  expect(await answer).toMatchObject({ path: '/srv/a' });
  link.stop();
});

test('what is asked while it connects is refused when that fails', async () => {
  const { engine, link, opening } = setUp();
  engine.refusal = 'no';
  link.start();
  const answer = link.request('preview', { path: '/srv/a', options: {} });
  opening.resolve();
  await expect(answer).rejects.toMatchObject({ code: 'engine-gone' });
  link.stop();
});
