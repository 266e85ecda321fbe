import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { Delta } from '../../source/control/protocol.ts';
import type { PublicationSummary } from '../../source/control/publications.ts';
import { Subscriptions } from '../../source/engine/subscriptions.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const existing = new Set([1, 2, 3]);
  const subscriptions = new Subscriptions({
    engine: () => ({ pid: 7 }) as EngineStatus,
    publication: (id) => (existing.has(id) ? ({ id } as PublicationSummary) : null),
    jobs: () => [],
    eventsReadTo: () => 5,
    undoable: () => null,
    activity: () => ({ stepMs: 10_000, total: [1], publications: [] }),
  });
  const received: Delta[] = [];
  const stopping = vi.fn();
  const end = subscriptions.subscribe({ changed: (delta) => received.push(delta), stopping });
  return { subscriptions, existing, received, stopping, end };
}

test('changes of one second are one delta, each publication once', () => {
  const { subscriptions, received, existing } = setUp();
  subscriptions.publicationChanged(1);
  vi.advanceTimersByTime(1000);
  received.length = 0;
  subscriptions.publicationChanged(1);
  subscriptions.publicationChanged(1);
  subscriptions.publicationChanged(2);
  existing.delete(3);
  subscriptions.publicationChanged(3);
  vi.advanceTimersByTime(999);
  expect(received).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(received).toEqual([
    { engine: { pid: 7 }, publications: [{ id: 1 }, { id: 2 }], removed: [3] },
  ]);
});

test('nothing changed: nothing is sent, and no timer runs', () => {
  const { subscriptions, received } = setUp();
  subscriptions.jobsChanged();
  vi.advanceTimersByTime(1000);
  expect(received).toEqual([{ jobs: [] }]);
  vi.advanceTimersByTime(60_000);
  expect(received).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('without subscribers nothing is gathered', () => {
  const { subscriptions, received, end } = setUp();
  end();
  subscriptions.publicationChanged(1);
  subscriptions.event({
    id: 1,
    at: 0,
    publication: null,
    level: 'info',
    text: 'x',
    askedBy: null,
  });
  subscriptions.activityChanged();
  subscriptions.eventsRead();
  expect(vi.getTimerCount()).toBe(0);
  expect(received).toEqual([]);
});

test('subscribers are told of the end, and of nothing after it', () => {
  const { subscriptions, received, stopping } = setUp();
  subscriptions.stop();
  subscriptions.jobsChanged();
  vi.advanceTimersByTime(5000);
  expect(stopping).toHaveBeenCalledTimes(1);
  expect(received).toEqual([]);
});

test('what was read and what is busy are told as they are when it is sent', () => {
  const { subscriptions, received } = setUp();
  subscriptions.eventsRead();
  subscriptions.activityChanged();
  vi.advanceTimersByTime(1000);
  expect(received).toEqual([
    { eventsReadTo: 5, activity: { stepMs: 10_000, total: [1], publications: [] } },
  ]);
});
