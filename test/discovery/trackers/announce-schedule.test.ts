import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  type AnnounceAnswer,
  AnnounceError,
  type AnnounceRequest,
} from '../../../source/discovery/announce/announce.ts';
import type { FoundPeers } from '../../../source/discovery/found-peers.ts';
import { AnnounceSchedule } from '../../../source/discovery/trackers/announce-schedule.ts';
import { seededRandom } from '../../tracker/seeded-random.ts';

/** The schedule against trackers that answer as the test says, by a clock that it moves. */

interface Sent {
  at: number;
  tracker: string;
  request: AnnounceRequest;
}

const plainAnswer: AnnounceAnswer = {
  interval: 1_800,
  minInterval: 0,
  seeds: 2,
  leechers: 1,
  peers: [],
  trackerId: null,
  warning: null,
  externalAddresses: [],
};

const minute = 60_000;
const unreachable = () => {
  throw new AnnounceError('unreachable', 'connection refused');
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(
  answer: (
    tracker: string,
    request: AnnounceRequest,
  ) => AnnounceAnswer | Promise<AnnounceAnswer> = () => plainAnswer,
) {
  const sent: Sent[] = [];
  const found: FoundPeers[] = [];
  const errors: unknown[] = [];
  const external: string[] = [];
  const schedule = new AnnounceSchedule({
    async announce(tracker, request) {
      sent.push({ at: Date.now(), tracker: tracker.text, request: { ...request } });
      return await answer(tracker.text, request);
    },
    peerId: Buffer.alloc(20, 1),
    port: 6881,
    key: 42,
    isOwn: ({ host }) => host === 'own.example',
    onPeers: (peers) => found.push(peers),
    onExternalAddress: (address) => external.push(address),
    onError: (error) => errors.push(error),
    now: () => performance.now(),
    date: () => Date.now(),
    random: seededRandom(1),
  });
  onTestFinished(() => expect(errors).toEqual([]));
  return { schedule, sent, found, external };
}

function hashOf(id: number): string {
  // spread as real ones are
  return (Math.imul(id, 2_654_435_761) >>> 0).toString(16).padStart(8, '0').repeat(5);
}

function publication(id: number, ...tiers: string[][]) {
  return { id, infoHashes: [hashOf(id)], tiers, bytesLeft: 0 };
}

const a = 'http://a.example/announce';
const b = 'udp://b.example:80';

test('started, then one announce an interval, then stopped', async () => {
  const { schedule, sent } = setUp();
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(0);
  schedule.addUploaded(1, 700);
  await vi.advanceTimersByTimeAsync(5 * 30 * minute);
  schedule.addUploaded(1, 7);
  schedule.remove([1]);
  await vi.advanceTimersByTimeAsync(0);

  expect(sent[0]?.request).toMatchObject({ event: 'started', uploaded: 0, numWant: 50, key: 42 });
  expect(sent.at(-1)?.request).toMatchObject({ event: 'stopped', uploaded: 707, numWant: 0 });
  const regular = sent.slice(1, -1);
  expect(regular.map(({ request }) => request.event)).toEqual(regular.map(() => 'none'));
  expect(regular[0]?.request.uploaded).toBe(700);
  const waits = sent.slice(1, -1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
  expect(Math.max(...waits)).toBeLessThanOrEqual(30 * minute);
  expect(waits.slice(2)).toEqual(waits.slice(2).map(() => 30 * minute));
  expect(schedule.rows(1)).toEqual([]);
});

test('a partial seed says so with every announce, until it has all (BEP 21)', async () => {
  const { schedule, sent } = setUp();
  schedule.add([{ ...publication(1, [a]), bytesLeft: 9 }], { urgent: true });
  await vi.advanceTimersByTimeAsync(2 * 30 * minute);
  schedule.setBytesLeft(1, 0);
  const before = sent.length;
  await vi.advanceTimersByTimeAsync(30 * minute);
  schedule.remove([1]);
  await vi.advanceTimersByTimeAsync(0);
  const told = sent.map(({ request: { event, left } }) => ({ event, left }));
  expect(before).toBeGreaterThan(1);
  expect(told.slice(0, before)).toEqual(Array(before).fill({ event: 'paused', left: 9 }));
  expect(told.slice(before)).toEqual([
    { event: 'none', left: 0 },
    { event: 'stopped', left: 0 },
  ]);
});

test('nothing is left running when all have gone', async () => {
  const { schedule } = setUp();
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(minute);
  await schedule.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('every tier is announced to, and in each one tracker, which stays the first', async () => {
  const { schedule, sent } = setUp((tracker) => (tracker === a ? unreachable() : plainAnswer));
  schedule.add([publication(1, [a, b], ['http://c.example/a'])], { urgent: true });
  await vi.advanceTimersByTimeAsync(3 * 30 * minute);
  const to = (tracker: string) => sent.filter((one) => one.tracker === tracker).length;
  expect(to('http://c.example/a')).toBeGreaterThanOrEqual(3);
  expect(to(b)).toBeGreaterThanOrEqual(3);
  // tried once at most: before the other was found to answer
  expect(to(a)).toBeLessThanOrEqual(1);
  expect(schedule.rows(1).map(({ tier }) => tier)).toEqual([0, 0, 1]);
});

test('rows tell how each tracker stands', async () => {
  const never = () => {
    throw new AnnounceError('refused', 'go away', { retryIn: 'never' });
  };
  const { schedule } = setUp((tracker) => {
    if (tracker.includes('silent')) return new Promise(() => undefined);
    if (tracker.includes('never')) return never();
    if (tracker.includes('dead')) return unreachable();
    return { ...plainAnswer, warning: 'moving soon' };
  });
  const tiers = [
    ['http://own.example/announce', 'wss://socket.example'],
    [a],
    ['http://silent.example/a'],
    ['http://never.example/a'],
    ['http://dead.example/a'],
  ];
  schedule.add([publication(1, ...tiers)], { urgent: true });
  await vi.advanceTimersByTimeAsync(1_000);
  const rows = schedule.rows(1);
  expect(rows.map(({ tier, state, message }) => [tier, state, message])).toEqual([
    [0, 'own', null],
    [0, 'unsupported', null],
    [1, 'working', 'moving soon'],
    [2, 'announcing', null],
    [3, 'refused', 'go away'],
    [4, 'failing', 'connection refused'],
  ]);
  expect(rows[2]).toMatchObject({ seeds: 2, leechers: 1, lastAnnounce: 1_000_000 });
  expect(rows[2]?.nextAnnounce).toBeGreaterThan(Date.now());
  expect(rows[3]?.nextAnnounce).toBeLessThanOrEqual(Date.now());
  expect(rows[4]?.nextAnnounce).toBeNull();
  expect(rows[5]?.nextAnnounce).toBeGreaterThan(Date.now() + 40_000);
});

test('peers and addresses that trackers name are passed on', async () => {
  const peers = [{ host: '192.0.2.1', port: 1 }];
  const { schedule, found, external } = setUp(() => ({
    ...plainAnswer,
    peers,
    externalAddresses: ['198.51.100.1'],
  }));
  const hybrid = { ...publication(1, [a]), infoHashes: [hashOf(1), hashOf(2)] };
  schedule.add([hybrid], { urgent: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(found).toEqual([
    { infoHash: hashOf(1), addresses: peers, source: 'tracker' },
    { infoHash: hashOf(2), addresses: peers, source: 'tracker' },
  ]);
  expect(external).toEqual(['198.51.100.1', '198.51.100.1']);
});

test('a tracker id is given back to the tracker that gave it', async () => {
  const { schedule, sent } = setUp(() => ({ ...plainAnswer, trackerId: Buffer.from('id') }));
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(30 * minute);
  expect(sent[0]?.request.trackerId).toBeNull();
  expect(sent[1]?.request.trackerId).toEqual(Buffer.from('id'));
});

test('a tracker is left alone for as long as it asks (BEP 31)', async () => {
  const { schedule, sent } = setUp(() => {
    throw new AnnounceError('refused', 'later', { retryIn: 7_200 });
  });
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(119 * minute);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.request.event).toBe('started');
});

test('paused and resumed: started does not overtake stopped', async () => {
  const order: string[] = [];
  const { schedule } = setUp(async (_, { event }) => {
    await new Promise((resolve) => setTimeout(resolve, event === 'stopped' ? 5_000 : 10));
    order.push(event);
    return plainAnswer;
  });
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(1_000);
  schedule.remove([1]);
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(order).toEqual(['started', 'stopped', 'started']);
  expect(schedule.rows(1)).toMatchObject([{ state: 'working' }]);
});

test('removed while its announce is under way: the tracker is told when it has answered', async () => {
  const { schedule, sent } = setUp(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return plainAnswer;
  });
  schedule.add([publication(1, [a])], { urgent: true });
  await vi.advanceTimersByTimeAsync(10);
  schedule.remove([1]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent.map(({ request }) => request.event)).toEqual(['started', 'stopped']);
});

test('when a host goes down, those who wait for it go to another of their tier', async () => {
  const { schedule, sent } = setUp((tracker) => (tracker === a ? unreachable() : plainAnswer));
  const many = Array.from({ length: 200 }, (_, id) => publication(id + 1, [a, b]));
  schedule.add(many, { urgent: false });
  await vi.advanceTimersByTimeAsync(minute);
  expect(sent.filter(({ tracker }) => tracker === a).length).toBeLessThan(10);
  for (const { id } of many) {
    const states = schedule.rows(id).map(({ state }) => state);
    expect(states).toContain('working');
  }
});

test('a dead tracker of thousands costs a few announces, and all are told why', async () => {
  const { schedule, sent } = setUp(unreachable);
  const many = Array.from({ length: 5_000 }, (_, id) => publication(id + 1, [a]));
  schedule.add(many, { urgent: false });
  await vi.advanceTimersByTimeAsync(6 * 60 * minute);
  expect(sent.length).toBeGreaterThan(10);
  expect(sent.length).toBeLessThan(40);
  const rows = schedule.rows(4_000);
  expect(rows).toMatchObject([{ state: 'failing', message: 'connection refused' }]);
  expect(rows[0]?.nextAnnounce).toBeGreaterThan(Date.now());
});

test('10,000 publications at two trackers are spread evenly over the interval', async () => {
  const { schedule, sent } = setUp();
  const all = Array.from({ length: 10_000 }, (_, id) => publication(id + 1, [a], [b]));
  schedule.add(all, { urgent: false });
  const waiting = schedule.rows(9_000);
  expect(waiting).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]);
  // it says when, and that is not now
  expect(waiting[0]?.nextAnnounce).toBeGreaterThan(Date.now() + 5 * minute);

  await vi.advanceTimersByTimeAsync(10 * minute);
  const first = new Set(sent.map(({ tracker, request }) => `${tracker} ${hex(request)}`));
  expect(first.size).toBe(20_000);

  await vi.advanceTimersByTimeAsync(80 * minute);
  sent.length = 0;
  const began = Date.now();
  await vi.advanceTimersByTimeAsync(30 * minute);
  expect(new Set(sent.map(({ tracker, request }) => `${tracker} ${hex(request)}`)).size).toBe(
    20_000,
  );
  for (const tracker of [a, b]) {
    const ofMinute = new Array(30).fill(0);
    for (const one of sent.filter((each) => each.tracker === tracker)) {
      ofMinute[Math.min(29, Math.floor((one.at - began) / minute))]++;
    }
    // 333 on the average
    expect(Math.max(...ofMinute)).toBeLessThan(420);
    expect(Math.min(...ofMinute)).toBeGreaterThan(250);
  }
}, 120_000);

test('announces that a slow tracker keeps waiting are overdue, the first ones as well', async () => {
  let answerMs = 25_000;
  const { schedule } = setUp(async () => {
    await new Promise((resolve) => setTimeout(resolve, answerMs));
    return plainAnswer;
  });
  const began = Date.now();
  const last = 1_000;
  schedule.add(
    Array.from({ length: last }, (_, index) => publication(index + 1, [a])),
    { urgent: false },
  );
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(schedule.rows(last)).toMatchObject([{ state: 'waiting', overdueSince: null }]);
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(schedule.rows(last)).toMatchObject([{ state: 'overdue', overdueSince: began }]);
  answerMs = 100;
  await vi.advanceTimersByTimeAsync(10 * minute);
  const [row] = schedule.rows(last);
  expect(row).toMatchObject({ state: 'working', overdueSince: null });
  const due = row?.nextAnnounce ?? 0;
  answerMs = 10 * 60 * minute;
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(schedule.rows(last)).toMatchObject([{ state: 'overdue', overdueSince: due }]);
});

test('on stop all trackers are told', async () => {
  const { schedule, sent } = setUp();
  schedule.add(
    Array.from({ length: 500 }, (_, id) => publication(id + 1, [a], [b])),
    { urgent: false },
  );
  await vi.advanceTimersByTimeAsync(5 * minute);
  sent.length = 0;
  await schedule.stop();
  expect(sent.filter(({ request }) => request.event === 'stopped')).toHaveLength(1_000);
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(sent).toHaveLength(1_000);
});

function hex({ infoHash }: AnnounceRequest): string {
  return Buffer.from(infoHash).toString('hex');
}
