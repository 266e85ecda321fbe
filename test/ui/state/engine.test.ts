import { describe, expect, it } from 'vitest';
import { createEngineLink } from '../../../source/ui/state/engine-link.ts';
import {
  applyDelta,
  applyProgress,
  applySnapshot,
  askedForChange,
  askedToTakeBack,
  emptyEngineState,
  notTakenBack,
} from '../../../source/ui/state/engine-state.ts';
import { createEngineStore } from '../../../source/ui/state/engine-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { event, progress, publication } from '../support/samples.ts';

describe('applying what the engine sends', () => {
  const engine = new FakeEngine([publication(1), publication(2)]);
  const known = applySnapshot(emptyEngineState, engine.snapshot());

  it('takes a snapshot whole', () => {
    expect([...known.publications.keys()]).toEqual([1, 2]);
    const emptied = applySnapshot(known, { ...engine.snapshot(), publications: [] });
    expect(emptied.publications.size).toBe(0);
  });

  it('takes the snapshot of an older engine, which tells less', () => {
    const { engine: status, publications } = engine.snapshot();
    const taken = applySnapshot(known, { engine: status, publications });
    expect(taken.publications.size).toBe(2);
    expect(taken).toMatchObject({ jobs: [], events: [], eventsReadTo: 0, undoable: null });
    expect(taken.activity).toEqual({ total: [], byId: new Map() });
  });

  it('changes what a delta names and keeps the rest identical', () => {
    const changed = publication(2, { peers: 99 });
    const next = applyDelta(known, { publications: [changed, publication(3)], removed: [1] });
    expect([...next.publications.values()]).toEqual([changed, publication(3)]);
    expect(next.jobs).toBe(known.jobs);
    expect(next.status).toBe(known.status);
    expect(applyDelta(known, {}).publications).toBe(known.publications);
  });

  it('takes an event once that a snapshot has told and a delta tells again', () => {
    const told = applySnapshot(known, { ...engine.snapshot(), events: [event(1), event(2)] });
    expect(applyDelta(told, { events: [event(2), event(3)] }).events).toEqual([
      event(1),
      event(2),
      event(3),
    ]);
    expect(applyDelta(told, { events: [event(2)] })).toBe(told);
  });

  it('keeps older events that were asked for while new ones happen, and no more than that', () => {
    const events = (count: number) => Array.from({ length: count }, (_, index) => event(index + 1));
    const afterOneMore = (count: number) =>
      applyDelta({ ...known, events: events(count) }, { events: [event(count + 1)] }).events;
    expect(afterOneMore(1500)).toHaveLength(1500);
    expect(afterOneMore(1500).at(-1)).toEqual(event(1501));
    expect(afterOneMore(1000)).toHaveLength(1000);
    expect(afterOneMore(10)).toHaveLength(11);
  });

  it('forgets at what rate something was sent that is gone', () => {
    const busy = applyDelta(known, { publications: [publication(1, { uploadRate: 90_000 })] });
    expect(busy.rateLevels.has(1)).toBe(true);
    expect(applyDelta(busy, { removed: [1] }).rateLevels.has(1)).toBe(false);
  });

  it('knows of a change asked for until it is told what can be taken back', () => {
    const pause = { kind: 'pause', name: 'one', count: 1, until: 1 } as const;
    const changed = askedForChange(known);
    // which may have been true before it
    expect(applyDelta(changed, { undoable: null }).untold).toBe('change');
    expect(applyDelta(changed, { undoable: pause })).toMatchObject({
      undoable: pause,
      untold: null,
    });
  });

  it('shows no change that is being taken back, and shows it again if it was not', () => {
    const pause = { kind: 'pause', name: 'one', count: 1, until: 1 } as const;
    const asked = askedToTakeBack({ ...known, undoable: pause });
    expect(asked).toMatchObject({ undoable: null, untold: 'undo' });
    expect(applyDelta(asked, { undoable: null }).untold).toBeNull();
    expect(notTakenBack(asked, pause)).toMatchObject({ undoable: pause, untold: null });
  });

  it('follows jobs until they end', () => {
    const started = applyProgress(known, progress());
    expect(started.jobs).toEqual([progress()]);
    const further = applyProgress(started, progress({ hashedBytes: 400 }));
    expect(further.jobs).toEqual([progress({ hashedBytes: 400 })]);
    expect(applyProgress(further, progress({ phase: 'done' })).jobs).toEqual([]);
    expect(applyDelta(further, { jobs: [progress({ phase: 'failed' })] }).jobs).toEqual([]);
  });
});

describe('the engine store', () => {
  it('commits streamed data at most once a second', () => {
    const clock = new FakeClock();
    const store = createEngineStore(clock);
    let commits = 0;
    store.subscribe(() => {
      commits += 1;
    });
    for (let tick = 0; tick < 10; tick++) {
      store.stream((state) => applyDelta(state, { publications: [publication(tick)] }));
      clock.advance(100);
    }
    expect(commits).toBe(2);
    expect(store.get().publications.size).toBe(10);
  });

  it('commits answers at once, with the data that waited', () => {
    const clock = new FakeClock();
    const store = createEngineStore(clock);
    store.stream((state) => applyDelta(state, { publications: [publication(1)] }));
    store.stream((state) => applyDelta(state, { publications: [publication(2)] }));
    expect(store.get().publications.size).toBe(1);
    store.change((state) => applyDelta(state, { publications: [publication(3)] }));
    expect(store.get().publications.size).toBe(3);
    expect(clock.waiting).toBe(0);
  });
});

describe('the engine store under a clock that is set back', () => {
  it('goes on committing within the second', () => {
    const clock = new FakeClock();
    let behind = 0;
    const store = createEngineStore({ now: () => clock.now() - behind, after: clock.after });
    const stream = (id: number) =>
      store.stream((state) => applyDelta(state, { publications: [publication(id)] }));
    stream(1);
    behind = 3_600_000;
    stream(2);
    clock.advance(1000);
    expect(store.get().publications.size).toBe(2);
  });
});

describe('the link to the engine', () => {
  function start(engine: FakeEngine) {
    const clock = new FakeClock();
    const store = createEngineStore(clock);
    const { connect, connectIfRunning } = engine;
    const link = createEngineLink({ connect, connectIfRunning, store, clock });
    link.start();
    return { clock, store, link };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('subscribes and follows', async () => {
    const engine = new FakeEngine([publication(1)]);
    const { store } = start(engine);
    await turn();
    expect(store.get().link).toEqual({ phase: 'online', version: '0.1.0', sameProtocol: true });
    engine.update(publication(2));
    expect(store.get().publications.size).toBe(2);
  });

  it('does not lose a delta that comes before the snapshot is taken in', async () => {
    const engine = new FakeEngine([publication(1)]);
    const answer = engine.answer.bind(engine);
    engine.answer = async (method, params) => {
      const result = await answer(method, params);
      if (method === 'subscribe') engine.send({ publications: [publication(7)] });
      return result;
    };
    const { store } = start(engine);
    await turn();
    expect([...store.get().publications.keys()]).toEqual([1, 7]);
  });

  it('tries again, each time a little later, and says when', async () => {
    const engine = new FakeEngine();
    engine.refusal = 'The engine did not start.';
    const { store, clock } = start(engine);
    for (const delay of [1, 2, 3, 5, 5]) {
      await turn();
      expect(store.get().link).toMatchObject({ phase: 'lost', secondsToRetry: delay });
      clock.advance(delay * 1000);
    }
    expect(engine.connects).toBe(6);
    engine.refusal = null;
    await turn();
    clock.advance(5000);
    await turn();
    expect(store.get().link.phase).toBe('online');
    expect(clock.waiting).toBe(0);
  });

  it('keeps what is known while the engine is gone, and refuses requests', async () => {
    const engine = new FakeEngine([publication(1)]);
    const { store, link } = start(engine);
    await turn();
    engine.die();
    await turn();
    expect(store.get().link).toMatchObject({ phase: 'lost', since: expect.any(Number) });
    expect(store.get().publications.size).toBe(1);
    await expect(link.request('status', {})).rejects.toThrow('The engine is not there');
    link.retryNow();
    await turn();
    expect(store.get().link.phase).toBe('online');
  });

  it('is silent once it is stopped', async () => {
    const engine = new FakeEngine();
    const { store, clock, link } = start(engine);
    await turn();
    link.stop();
    await turn();
    expect(store.get().link.phase).toBe('online');
    expect(clock.waiting).toBe(0);
  });
});
