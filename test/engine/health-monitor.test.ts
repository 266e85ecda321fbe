import { rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import type { TrackerSummary } from '../../source/control/discovery.ts';
import { HealthMonitor } from '../../source/engine/health-monitor.ts';
import {
  createLive,
  type LivePublication,
  nothingCounted,
  Publications,
} from '../../source/engine/publications.ts';
import { createLog } from '../../source/log/log.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

type Unlisted = (list: readonly LivePublication[]) => Promise<LivePublication[]>;

const allListed: Unlisted = async () => [];

async function setUp(unlisted: Unlisted, trackers: TrackerSummary[] = []) {
  const folder = await temporaryFolder();
  const path = join(folder, 'content');
  await writeRandomFile(path, 1000);
  const { size, mtimeMs } = await stat(path);
  const catalog = new Catalog(join(folder, 'catalog.sqlite'));
  onTestFinished(() => catalog.close());
  const files = [{ path, length: size, modifiedMs: mtimeMs }];
  const row = catalog.add(newPublication({ path, size, files }));
  const clock = { now: 1_000_000 };
  const publications = new Publications(
    () => undefined,
    () => clock.now,
  );
  const live = createLive(row, nothingCounted);
  publications.add(live);
  const onDataChange = vi.fn();
  const monitor = new HealthMonitor({
    catalog,
    publications,
    services: {
      peer: { host: '127.0.0.1', port: 1 },
      unlisted,
      outsideTrackers: async (list) => new Map(list.map((one) => [one, trackers])),
      portMapping: async () => ({ router: 'UPnP', mapped: [], problem: 'TCP 1: refused' }),
    },
    onReach: (change) => publications.share(change),
    onDataChange,
    log: createLog(() => undefined),
    now: () => clock.now,
    date: () => clock.now,
  });
  return { row, catalog, path, clock, live, publications, monitor, onDataChange };
}

test('a tracker that cannot be asked is bad news, and not the end of measuring', async () => {
  const unlisted = vi.fn(allListed);
  unlisted.mockRejectedValueOnce(new Error('thread ended'));
  const { clock, live, monitor } = await setUp(unlisted);
  await monitor.inspect([live]);
  expect(live.trackerLists).toBe(false);
  clock.now += 10_000;
  await monitor.inspect([live]);
  expect(live.trackerLists).toBe(true);
});

test('what happens while it is looked at has it looked at once more, however often it does', async () => {
  const answer = Promise.withResolvers<LivePublication[]>();
  const unlisted = vi.fn(allListed);
  unlisted.mockReturnValueOnce(answer.promise);
  const { row, catalog, path, live, monitor } = await setUp(unlisted);
  await rename(path, `${path}.moved`);
  monitor.inspectSoon(live);
  const { size, mtimeMs } = await stat(`${path}.moved`);
  const files = [{ path: `${path}.moved`, length: size, modifiedMs: mtimeMs }];
  catalog.relocate(row.id, `${path}.moved`, files);
  for (let count = 0; count < 100; count++) monitor.inspectSoon(live);
  answer.resolve([]);
  await expect.poll(() => live.dataFaults).toEqual([]);
  expect(unlisted).toHaveBeenCalledTimes(2);
});

test('the tracker is asked once for all that are looked at together, but not for what is paused', async () => {
  const unlisted = vi.fn(allListed);
  const { row, live, publications, monitor } = await setUp(unlisted);
  const others = [2, 3].map((id) => createLive({ ...row, id }, nothingCounted));
  for (const one of others) publications.add(one);
  const [silent, paused] = others;
  if (!silent || !paused) throw new Error('there are two');
  paused.row.state = 'paused';
  unlisted.mockResolvedValueOnce([silent]);
  await monitor.inspect([live, silent, paused]);
  expect(unlisted.mock.calls).toEqual([[[live, silent]]]);
  expect([live, silent, paused].map((one) => one.trackerLists)).toEqual([true, false, true]);
});

test('a change of the data is told once, and once when it is undone', async () => {
  const { path, clock, live, monitor, onDataChange } = await setUp(allListed);
  const { atime, mtime } = await stat(path);
  const look = async () => {
    clock.now += 10_000;
    await monitor.inspect([live]);
  };
  await look();
  expect(onDataChange).not.toHaveBeenCalled();
  await utimes(path, atime, new Date(0));
  await look();
  await look();
  expect(onDataChange.mock.calls).toEqual([[live, [{ path, kind: 'changed' }], []]]);
  await utimes(path, atime, mtime);
  await look();
  expect(onDataChange.mock.lastCall).toEqual([live, [], [{ path, kind: 'changed' }]]);
});

test('what is removed while it is looked at is left alone', async () => {
  const answer = Promise.withResolvers<LivePublication[]>();
  const { path, live, publications, monitor, onDataChange } = await setUp(() => answer.promise);
  await utimes(path, 0, 0);
  const look = monitor.inspect([live]);
  publications.remove(live);
  answer.resolve([]);
  await look;
  expect(onDataChange).not.toHaveBeenCalled();
  expect(live.dataFaults).toBeNull();
});

test('trackers that fail are known, and stay so while they are asked again', async () => {
  const tracker: TrackerSummary = {
    url: 'udp://tracker.example.net:1337',
    tier: 0,
    state: 'failing',
    lastAnnounce: 5,
    nextAnnounce: 10,
    message: 'no answer',
    seeds: null,
    leechers: null,
  };
  const { clock, live, publications, monitor } = await setUp(allListed, [tracker]);
  const look = async (change: Partial<TrackerSummary>) => {
    Object.assign(tracker, change);
    clock.now += 10_000;
    await monitor.inspect([live]);
    return publications.health(live).reasons.map(({ code, text }) => `${code}: ${text}`);
  };
  const fails = ['tracker-fails: the tracker udp://tracker.example.net:1337 fails: no answer'];
  expect(await look({})).toEqual(fails);
  expect(await look({ state: 'announcing', message: null })).toEqual(fails);
  expect(await look({ state: 'working', lastAnnounce: 10 })).toEqual([]);
  const [overdue] = await look({ state: 'overdue', overdueSince: 20 });
  expect(overdue).toMatch(
    /^tracker-overdue: .*udp:\/\/tracker.example.net:1337 is overdue since 1970/,
  );
});

test('a router that does not pass the port on is a reason, until somebody comes', async () => {
  const { live, publications, monitor } = await setUp(allListed);
  await monitor.checkReach();
  publications.share({ peerPortListening: true });
  const reasons = () => publications.health(live).reasons;
  expect(reasons()).toMatchObject([
    { code: 'port-not-mapped', source: 'asking the router', measuredAt: 1_000_000 },
  ]);
  expect(reasons()[0]?.text).toContain('(TCP 1: refused)');
  publications.share({ reachedAt: 1 });
  expect(reasons()).toEqual([]);
});
