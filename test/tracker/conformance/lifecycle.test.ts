import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getInteger } from '../../../source/bencode/dictionary.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import {
  announceHttp,
  countsIn,
  getHttp,
  openUdpClient,
  peersIn,
  scrapeHttp,
  sendHttp,
} from './clients.ts';
import { newHash, oneTracker, startEngine, startProgram } from './tracker-under-test.ts';

/**
 * The checklist's section on the tracker's life, 101 to 109. Of these
 * - 101 and 102 are in expiry.test.ts, since they take half a minute;
 * - 103 after kill -9 is in test/e2e/tracker-killed.test.ts, on the built program, 108 in tracker.test.ts;
 * - 104 is in test/e2e/tracker-soak.test.ts, on the built program;
 * - 107 says that the private flag is for clients: what a tracker has of it are the passkeys of 35.
 */

const tracker = oneTracker();

async function entryOf(at: typeof tracker.current, infoHash: string) {
  return countsIn((await scrapeHttp(at, [infoHash])).get(infoHash) ?? new Map());
}

const hex = (bytes: string) => Buffer.from(bytes, 'latin1').toString('hex');

test('check 70, 103: over a restart ids hold, counts go on, and peers are there', async () => {
  const infoHash = newHash();
  await using running = await startProgram();
  const client = await openUdpClient(running);
  const id = await client.connectionId();
  await client.announce(id, { infoHash });
  await announceHttp(running, { infoHash, from: '::1', peerId: '6'.repeat(20) });
  const other = { infoHash, from: '127.0.0.2', peerId: 'd'.repeat(20) };
  await announceHttp(running, other);
  await announceHttp(running, { ...other, left: 0, more: '&event=completed' });
  await running.kill('SIGTERM');

  await running.startAgain();
  expect(await entryOf(running, infoHash)).toEqual({ complete: 1, incomplete: 2, downloaded: 1 });
  const again = await openUdpClient(running);
  const answer = await again.announce(id, { infoHash });
  expect(answer).toMatchObject({ seeders: 1, leechers: 2, peers: ['127.0.0.2:7001'] });
  // who is known need not hurry; who is not is asked to come back soon, for those that are missing
  expect(answer.interval).toBeGreaterThanOrEqual(1_620);
  const newcomer = await again.announce(id, { infoHash, port: 7_999, peerId: 'n'.repeat(20) });
  expect(newcomer.interval).toBeGreaterThanOrEqual(270);
  expect(newcomer.interval).toBeLessThanOrEqual(330);
  expect(await running.complaints()).toEqual([]);
});

test('check 105: lists are taken up without a restart', async () => {
  const folder = await temporaryFolder();
  const [allowed, denied] = [newHash(), newHash()];
  const allowList = join(folder, 'allowed');
  const denyList = join(folder, 'denied');
  await writeFile(allowList, '# nothing yet\n');
  await writeFile(denyList, `${hex(denied)}\n`);
  await using running = await startEngine({ allowList, denyList });
  const published = await running.publish();
  const isServed = async (infoHash: string) =>
    (await announceHttp(running, { infoHash })).has('interval');
  expect(await isServed(published)).toBe(true);
  expect(await isServed(allowed)).toBe(false);
  await appendFile(allowList, `${hex(allowed)} a name\n${hex(denied)}\nnot a hash\n`);
  await expect.poll(() => isServed(allowed), { timeout: 10_000 }).toBe(true);
  const complaints = await running.complaints();
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain(`${allowList}:4 is no info hash: left out`);
  expect(await isServed(denied)).toBe(false);
  await writeFile(denyList, `${hex(published)}\n`);
  await expect.poll(() => isServed(published), { timeout: 10_000 }).toBe(false);
  expect(await isServed(denied)).toBe(true);
});

test('check 106: as many peers are counted as can be listed, at all times', async () => {
  const infoHash = newHash();
  const events = ['', '&event=started', '&event=stopped', '&event=completed', '&event=paused'];
  for (let step = 0; step < 150; step++) {
    const port = 1 + ((step * 7) % 23);
    const left = step % 3 === 0 ? 0 : 1;
    await announceHttp(tracker.current, { infoHash, port, left, more: events[step % 5] ?? '' });
    if (step % 10 !== 9) continue;
    const asker = { infoHash, from: '127.0.0.2', more: '&numwant=200' };
    const answer = await announceHttp(tracker.current, asker);
    const { complete = 0, incomplete = 0 } = countsIn(answer);
    expect(peersIn(answer)).toHaveLength(complete + incomplete - 1);
    await announceHttp(tracker.current, { ...asker, more: '&event=stopped' });
  }
});

test('check 106: everybody is told the counts of the swarm, also who is told of fewer peers', async () => {
  const infoHash = newHash();
  await using running = await startProgram({ trustedProxies: ['127.0.0.9'] });
  const announceAt = (client: string, port: number) =>
    announceHttp(running, {
      ...{ infoHash, port, peerId: String(port).padStart(20), from: '127.0.0.9' },
      headers: [`X-Forwarded-For: ${client}`],
    });
  await announceAt('192.168.1.2', 1);
  await announceAt('203.0.113.5', 2);
  await announceAt('2001:470::5', 3);
  const far = await announceAt('203.0.113.6', 4);
  expect(peersIn(far)).toEqual(['203.0.113.5:2']);
  const near = await announceAt('192.168.1.3', 5);
  expect(peersIn(near).sort()).toEqual(['192.168.1.2:1', '203.0.113.5:2', '203.0.113.6:4']);
  expect([countsIn(far).incomplete, countsIn(near).incomplete]).toEqual([4, 5]);
});

test('check 107: that a publication is private is for its clients to keep', async () => {
  await using running = await startEngine();
  const infoHash = await running.publish('--private');
  expect((await announceHttp(running, { infoHash })).has('interval')).toBe(true);
});

test('check 109: what newTrackon asks for', async () => {
  // it announces a random hash, with the same bytes as its peer id
  const infoHash = newHash();
  const answer = await announceHttp(tracker.current, { infoHash, peerId: infoHash, port: 6881 });
  expect(Number.isInteger(getInteger(answer, 'interval'))).toBe(true);
  expect(answer.has('peers') || answer.has('peers6')).toBe(true);
  const udp = await openUdpClient(tracker.current);
  const id = await udp.connectionId();
  const byUdp = await udp.announce(id, { infoHash, peerId: infoHash, port: 6881, event: 2 });
  expect(byUdp.interval).toBeGreaterThan(0);
});

test('statistics are for this machine only, unless it is so set', async () => {
  const local = await getHttp(tracker.current, '/stats.json');
  expect(JSON.parse(local.body.toString())).toHaveProperty('peersAll');
  expect((await getHttp(tracker.current, '/metrics')).status).toBe(200);
  const page = await getHttp(tracker.current, '/stats');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  // what came through something is not known to be from here
  const headers = ['X-Forwarded-For: 203.0.113.5'];
  expect((await getHttp(tracker.current, '/stats', { headers })).status).toBe(404);
  await using closed = await startProgram({ stats: 'nobody' });
  expect((await getHttp(closed, '/stats')).status).toBe(404);
});

test('the statistics tell what happened, by the names of bittorrent-tracker and for Prometheus', async () => {
  const [one, two, published] = [newHash(), newHash(), newHash()];
  const folder = await temporaryFolder();
  const allowList = join(folder, 'allowed');
  await writeFile(allowList, [one, two, published].map(hex).join('\n'));
  await using running = await startProgram({ open: false, allowList });
  await announceHttp(running, { infoHash: one, more: '&event=started' });
  await announceHttp(running, { infoHash: one, from: '::1', peerId: '6'.repeat(20), left: 0 });
  await announceHttp(running, { infoHash: two, from: '127.0.0.2' });
  await announceHttp(running, { infoHash: newHash(), more: '&event=started' });
  await getHttp(running, '/announce?info_hash=short');
  await getHttp(running, '/nothing');
  await sendHttp(running, 'garbage\r\n\r\n');
  await sendHttp(running, `POST /announce HTTP/1.1\r\nContent-Length: 0\r\n\r\n`);
  const udp = await openUdpClient(running);
  const id = await udp.connectionId();
  await udp.announce(id, { infoHash: two, event: 2 });
  await udp.announce(id, { infoHash: two, left: 0n, event: 1 });
  await udp.scrape(id, [one]);
  expect(await udp.isSilentAbout(udp.scrapeRequest(Buffer.alloc(8), [one]))).toBe(true);

  expect(await running.facts()).toMatchObject({
    ...{ torrents: 2, activeTorrents: 2, peersAll: 4 },
    ...{ peersIPv4: 3, peersIPv6: 1, peersWebSocket: 0 },
  });
  const metrics = (await getHttp(running, '/metrics')).body.toString().split('\n');
  const announces = (protocol: string, event: string, outcome: string) =>
    `everseed_tracker_announces_total{protocol="${protocol}",event="${event}",outcome="${outcome}"}`;
  for (const line of [
    `${announces('http', 'started', 'answered')} 1`,
    `${announces('http', 'none', 'answered')} 2`,
    `${announces('http', 'started', 'refused')} 1`,
    `${announces('udp', 'started', 'answered')} 1`,
    `${announces('udp', 'completed', 'answered')} 1`,
    'everseed_tracker_scrapes_total{protocol="udp"} 1',
    'everseed_tracker_requests_total{protocol="http",outcome="malformed"} 1',
    'everseed_tracker_udp_connects_total 2',
    'everseed_tracker_udp_bad_connection_ids_total 1',
    'everseed_tracker_http_errors_total{code="400"} 1',
    'everseed_tracker_http_errors_total{code="404"} 1',
    'everseed_tracker_http_errors_total{code="405"} 1',
    'everseed_tracker_swarms 2',
    'everseed_tracker_peers{family="ipv4"} 3',
    'everseed_tracker_peers{family="ipv6"} 1',
  ]) {
    expect(metrics).toContain(line);
  }
  const page = (await getHttp(running, '/stats')).body.toString();
  expect(page).toContain('<dt>Swarms with peers</dt><dd>2</dd>');
});

test('statistics are for those addresses, too, that the settings name', async () => {
  await using running = await startProgram({
    stats: 'nobody',
    statsFor: ['127.0.4.0/24', '::1', '203.0.113.5'],
    trustedProxies: ['127.0.0.9'],
  });
  const statusOf = async (from: string, ...headers: string[]) =>
    (await getHttp(running, '/metrics', { from, headers })).status;
  expect(await statusOf('127.0.4.1')).toBe(200);
  expect(await statusOf('127.0.4.255')).toBe(200);
  expect(await statusOf('::1')).toBe(200);
  expect(await statusOf('127.0.5.1')).toBe(404);
  expect(await statusOf('127.0.0.1')).toBe(404);
  // as trusted proxies tell, and only they
  expect(await statusOf('127.0.0.9', 'X-Forwarded-For: 203.0.113.5')).toBe(200);
  expect(await statusOf('127.0.0.9', 'X-Forwarded-For: 203.0.113.6')).toBe(404);
  expect(await statusOf('127.0.5.1', 'X-Forwarded-For: 203.0.113.5')).toBe(404);
  expect(await statusOf('127.0.4.1', 'X-Forwarded-For: 203.0.113.5')).toBe(404);
});

test('of one address only so many peers are listed in a swarm, and all are answered', async () => {
  await using running = await startProgram({
    trustedProxies: ['127.0.0.9'],
    maxPeersPerAddressInSwarm: 8,
  });
  const far = { from: '127.0.0.9', headers: ['X-Forwarded-For: 203.0.113.5'] };
  const infoHash = newHash();
  await announceHttp(running, { infoHash, from: '127.0.0.2', left: 0 });
  for (let port = 1; port <= 20; port++) {
    const answer = await announceHttp(running, { infoHash, port, ...far });
    expect(countsIn(answer).incomplete).toBe(Math.min(port, 8));
  }
  expect(await entryOf(running, infoHash)).toMatchObject({ complete: 1, incomplete: 8 });
  // those on this machine are its owner's
  for (let port = 1; port <= 20; port++) await announceHttp(running, { infoHash, port });
  expect(await entryOf(running, infoHash)).toMatchObject({ complete: 1, incomplete: 28 });
});
