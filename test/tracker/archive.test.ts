import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Activity } from '../../source/tracker/activity.ts';
import { TrackerArchive } from '../../source/tracker/archive.ts';
import { createMemoryStore } from '../../source/tracker/memory/memory-store.ts';
import type { SwarmStore } from '../../source/tracker/swarm-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { seededRandom } from './seeded-random.ts';
import { ipv4 } from './test-tracker.ts';
import { announcementOf, type TextAnnouncement } from './text-store.ts';

const hashes = ['a', 'b', 'c'].map((letter) => letter.repeat(20));
const lifetimeMs = 100_000;

/** A store that began at another time than the others, and hashes otherwise. */
function newStore(seed: number, keepPeerIds = true) {
  const clock = { ms: seed * 12_345_678 };
  const limit = 10_000;
  const store = createMemoryStore({
    lifetimeMs,
    limits: {
      inSwarm: limit,
      inAll: limit,
      ofAddressInSwarm: limit,
      ofAddressInAll: limit,
      ofNetworkInAll: limit,
      emptySwarms: limit,
    },
    keepPeerIds,
    now: () => clock.ms,
    random: seededRandom(seed),
  });
  return { store, clock };
}

function announce(store: SwarmStore, n: number, more: Partial<TextAnnouncement> = {}) {
  const announcement: TextAnnouncement = {
    infoHash: hashes[n % 3] ?? '',
    address: n % 4 === 0 ? `\x2a\x01${'\0'.repeat(10)}${ipv4(n)}` : ipv4(0x08000000 + n),
    port: 6881,
    peerId: String(n).padStart(20, '0'),
    key: n + 1,
    role: n % 5 === 0 ? 'seed' : 'downloader',
    event: null,
    want: 2_000,
    families: 'both',
    unlisted: false,
    ...more,
  };
  return store.announce(announcementOf(announcement));
}

function told(store: SwarmStore) {
  return hashes.map((infoHash) => {
    const { peers, peers6 } = announce(store, 9_999, { infoHash, unlisted: true });
    const all = [...peers.peers(), ...peers6.peers()];
    return all.map(({ endpoint, peerId }) => endpoint + peerId).toSorted();
  });
}

const wall = { ms: Date.UTC(2030, 0) };
const newActivity = () => new Activity(() => 0);
const archiveOf = (
  folder: string,
  swarms: SwarmStore,
  { mostCounts = 100, activity = newActivity() } = {},
) => new TrackerArchive({ folder, swarms, activity, mostCounts, wallClock: () => wall.ms });

test('103 peers, and counts of downloads, are there after a restart', async () => {
  const folder = await temporaryFolder();
  const before = newStore(1);
  for (let n = 0; n < 600; n++) announce(before.store, n);
  announce(before.store, 1, { role: 'seed', event: 'completed' });
  announce(before.store, 4, { role: 'seed', event: 'completed' });
  // one that is there by both families, and counted once
  announce(before.store, 7, { address: `\x2a\x02${'\0'.repeat(14)}` });
  const counts = hashes.map((infoHash) => before.store.counts(infoHash));
  const first = archiveOf(folder, before.store);
  await first.saveCounts();
  await first.savePeers();
  await first.close();

  const after = newStore(2);
  const second = archiveOf(folder, after.store);
  expect(await second.restore()).toBeNull();
  expect(hashes.map((infoHash) => after.store.counts(infoHash))).toEqual(counts);
  expect(told(after.store)).toEqual(told(before.store));
  // known by their keys still: this one moves
  announce(after.store, 2, { address: ipv4(0x09090909) });
  expect(hashes.map((infoHash) => after.store.counts(infoHash))).toEqual(counts);
  // and the download of this one is not counted again
  expect(announce(after.store, 1, { role: 'seed', event: 'completed' }).finished).toBe(false);
  expect(announce(after.store, 10, { role: 'seed', event: 'completed' }).finished).toBe(false);
  announce(after.store, 11, { role: 'seed', event: 'completed' });
  await second.saveCounts();
  await second.close();
  const third = newStore(3);
  const last = archiveOf(folder, third.store);
  await last.restore();
  expect(third.store.counts(hashes[2] ?? '').completed).toBe(1);
  expect(third.store.counts(hashes[1] ?? '').completed).toBe(2);
  await last.close();
});

test('103 peers are as old after a restart as they would be without', async () => {
  const folder = await temporaryFolder();
  const before = newStore(1);
  announce(before.store, 1);
  before.clock.ms += 60_000;
  announce(before.store, 7);
  const first = archiveOf(folder, before.store);
  await first.savePeers();
  await first.close();
  wall.ms += 50_000;
  const after = newStore(2);
  const second = archiveOf(folder, after.store);
  await second.restore();
  expect(after.store.counts(hashes[1] ?? '').leechers).toBe(1);
  after.clock.ms += 49_000;
  after.store.sweep();
  expect(after.store.totals.peers).toBe(1);
  after.clock.ms += 2_000;
  after.store.sweep();
  expect(after.store.totals.peers).toBe(0);
  await second.close();
});

test('70 the secret of connection ids stays the same', async () => {
  const folder = await temporaryFolder();
  const secrets: string[] = [];
  for (let start = 0; start < 2; start++) {
    const archive = archiveOf(folder, newStore(start + 1).store);
    secrets.push(Buffer.from(archive.connectionSecret()).toString('hex'));
    await archive.close();
  }
  expect(secrets[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(secrets[1]).toBe(secrets[0]);
});

test('what was asked is counted over all starts', async () => {
  const folder = await temporaryFolder();
  for (const start of [1, 2, 3]) {
    const activity = newActivity();
    const archive = archiveOf(folder, newStore(start).store, { activity });
    await archive.restore();
    activity.announced('udp', 'started');
    activity.announced('udp', 'started');
    activity.scraped('http');
    activity.count('websocket', 'malformed');
    await archive.saveCounts();
    await archive.close();
    const { totals, protocols } = activity.report();
    expect(totals.udp.announces).toMatchObject({ started: 2 * start, none: 0 });
    expect(totals.udp.outcomes.answered).toBe(2 * start);
    expect(totals.http.scrapes).toBe(start);
    expect(totals.websocket.outcomes.malformed).toBe(start);
    expect(protocols.udp.announces.started).toBe(2);
  }
});

/** Counts of downloads as they come back at a start. */
async function restoredCounts(folder: string, infoHashes: readonly string[], mostCounts: number) {
  const { store } = newStore(9);
  const archive = archiveOf(folder, store, { mostCounts });
  await archive.restore();
  await archive.close();
  return infoHashes.map((infoHash) => store.counts(infoHash).completed);
}

test('counts of swarms that nobody completed for years are forgotten', async () => {
  const folder = await temporaryFolder();
  const year = 365 * 24 * 3_600_000;
  const [old = '', alive = ''] = hashes;
  const { store } = newStore(1);
  const archive = archiveOf(folder, store);
  const complete = async (infoHash: string) => {
    store.addCompleted(infoHash);
    await archive.saveCounts();
  };
  await complete(old);
  await complete(alive);
  wall.ms += 2 * year;
  await complete(alive);
  wall.ms += 2 * year;
  await archive.close();
  expect(await restoredCounts(folder, [old, alive], 100)).toEqual([0, 2]);
});

test('the database keeps a bounded number of counts: those of the most downloads', async () => {
  const folder = await temporaryFolder();
  const { store } = newStore(1);
  const mostCounts = 300;
  const archive = archiveOf(folder, store, { mostCounts });
  const [popular = ''] = hashes;
  for (let n = 0; n < 5; n++) store.addCompleted(popular);
  await archive.saveCounts();
  for (let n = 0; n < 3_000; n++) store.addCompleted(`random ${n}`.padEnd(20, '.'));
  await archive.saveCounts();
  await archive.close();
  const database = new DatabaseSync(join(folder, 'tracker.sqlite'));
  const { counts } = database.prepare('SELECT count(*) AS counts FROM completed').get() ?? {};
  database.close();
  expect(counts).toBe(mostCounts);
  expect(await restoredCounts(folder, [popular], mostCounts)).toEqual([5]);
});

test('a database of an older version is taken over', async () => {
  const folder = await temporaryFolder();
  const [infoHash = ''] = hashes;
  const database = new DatabaseSync(join(folder, 'tracker.sqlite'));
  database.exec(
    'CREATE TABLE completed (info_hash BLOB PRIMARY KEY, downloads INTEGER NOT NULL) ' +
      'STRICT, WITHOUT ROWID',
  );
  database.prepare('INSERT INTO completed VALUES (?, 7)').run(Buffer.from(infoHash, 'latin1'));
  database.close();
  expect(await restoredCounts(folder, [infoHash], 100)).toEqual([7]);
});

test('what could not be saved is saved the next time', async () => {
  const folder = await temporaryFolder();
  const [infoHash = ''] = hashes;
  const { store } = newStore(1);
  const archive = archiveOf(folder, store);
  const other = new DatabaseSync(join(folder, 'tracker.sqlite'));
  other.exec('ALTER TABLE completed RENAME TO elsewhere');
  store.addCompleted(infoHash);
  await expect(archive.saveCounts()).rejects.toThrow('completed');
  other.exec('ALTER TABLE elsewhere RENAME TO completed');
  other.close();
  store.addCompleted(infoHash);
  await archive.saveCounts();
  await archive.close();
  expect(await restoredCounts(folder, [infoHash], 100)).toEqual([2]);
});

test('a file of peers that is cut off or damaged is told of, and not used', async () => {
  const folder = await temporaryFolder();
  const { store } = newStore(1);
  for (let n = 0; n < 50; n++) announce(store, n);
  const archive = archiveOf(folder, store);
  await archive.savePeers();
  await archive.close();
  const file = join(folder, 'tracker-peers.bin');
  const whole = await readFile(file);
  for (const broken of [whole.subarray(0, -1), whole.subarray(0, 100), Buffer.alloc(0)]) {
    await writeFile(file, broken);
    const empty = newStore(2);
    const again = archiveOf(folder, empty.store);
    expect(await again.restore()).toContain('tracker-peers.bin is not used: it');
    expect(empty.store.totals.peers).toBe(0);
    await again.close();
  }
});

test('no bytes as a dump do harm', () => {
  const { store } = newStore(1);
  for (let n = 0; n < 20; n++) announce(store, n);
  const whole = Buffer.concat(Array.from(store.dump(0), (piece) => Buffer.from(piece)));
  const harmless = (bytes: Uint8Array) => {
    const { store: other } = newStore(2);
    try {
      other.restore(bytes, 0);
    } catch (error) {
      expect(String(error)).toMatch(/^Error: it(s| is)/);
    }
    for (const infoHash of hashes) announce(other, 9_999, { infoHash });
  };
  harmless(whole);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), harmless));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ change;
      harmless(damaged);
    }),
  );
});
