import { expect, test } from 'vitest';
import { LargestSwarms } from '../../source/tracker/largest-swarms.ts';
import { createStatusPages } from '../../source/tracker/status-pages.ts';
import { createTestTracker, ipv4, plainAnnounce } from './test-tracker.ts';

const hash = 'h'.repeat(20);

function pages() {
  const clock = { ms: 0 };
  // as if each answer took 2 ms
  const tracker = createTestTracker({ now: () => (clock.ms += 1) });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  for (let port = 1; port <= 16; port++) {
    tracker.announce(
      { ...plainAnnounce, infoHash: hash, peerId: String(port).padStart(20), port },
      { address: ipv4(0x01020304), localAddress: null, protocol: 'udp' },
    );
  }
  tracker.announce(
    {
      ...plainAnnounce,
      infoHash: 'x'.repeat(20),
      peerId: 'p'.repeat(20),
      port: 1,
      event: 'started',
    },
    { address: ipv4(0x01020304), localAddress: null, protocol: 'http' },
  );
  tracker.activity.httpError(404);
  tracker.scrape([hash], { protocol: 'http', passkey: null });
  const page = createStatusPages(() => ({
    ...tracker.report(),
    version: '1.2.3',
    uptimeSeconds: 61.5,
    residentBytes: 100 * 2 ** 20,
    memory: { heapTotal: 30, heapUsed: 20, external: 10, arrayBuffers: 5 },
    webSockets: 0,
  }));
  return (path: string) => page(path)?.body() ?? null;
}

test('stats.json has the names of bittorrent-tracker', () => {
  expect(JSON.parse(pages()('/stats.json') ?? '')).toMatchObject({
    torrents: 1,
    activeTorrents: 1,
    peersAll: 16,
    peersIPv4: 16,
    peersIPv6: 0,
    version: '1.2.3',
    uptime: 61,
    memoryOfThread: { heapUsed: 20 },
    protocols: { udp: { announces: { none: 16 } }, http: { scrapes: 1 } },
    totals: { udp: { announces: { none: 16 } }, http: { scrapes: 1 } },
  });
});

test('metrics are in the format of Prometheus', () => {
  const text = pages()('/metrics') ?? '';
  const sample = /^[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?[0-9.e+-]+$/;
  for (const line of text.trimEnd().split('\n')) {
    expect(line.startsWith('# ') || sample.test(line)).toBe(true);
  }
  const lines = text.split('\n');
  for (const line of [
    'everseed_tracker_announces_total{protocol="udp",event="none",outcome="answered"} 16',
    'everseed_tracker_announces_total{protocol="http",event="started",outcome="refused"} 1',
    'everseed_tracker_http_errors_total{code="404"} 1',
    'everseed_tracker_requests_total{protocol="udp",outcome="answered"} 16',
    'everseed_tracker_scrapes_total{protocol="http"} 1',
    'everseed_tracker_peers{family="ipv4"} 16',
    'everseed_tracker_swarms 1',
    'everseed_tracker_announce_seconds_count 1',
    'everseed_tracker_announce_seconds_bucket{le="+Inf"} 1',
    'everseed_process_resident_bytes 104857600',
  ]) {
    expect(lines).toContain(line);
  }
  const names = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  expect(new Set(names).size).toBe(names.length);
});

test('the page is a whole one, and other paths have none', () => {
  const html = pages()('/stats') ?? '';
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain('<dt>Peers, IPv4</dt><dd>16</dd>');
  for (const path of ['/', '/statsx', '/toString', '/stats/', '__proto__']) {
    expect(pages()(path)).toBeNull();
  }
});

test('the largest swarms, as they change', () => {
  const swarms = new LargestSwarms(3);
  const entry = (name: string, seeds: number) => ({
    infoHash: name,
    seeds,
    leechers: 1,
    partialSeeds: 0,
    completed: 0,
  });
  swarms.update(Array.from({ length: 50 }, (_, n) => entry(String(n), n)));
  const names = () => swarms.list.map(({ infoHash }) => infoHash);
  expect(names()).toEqual(['49', '48', '47']);
  swarms.update([entry('5', 100), { ...entry('49', 0), leechers: 0 }]);
  swarms.forget('48');
  expect(names()).toEqual(['5', '47', '46']);
  // small ones come back when there is room again
  swarms.update([entry('1', 1)]);
  expect(names()).toEqual(['5', '47', '46']);
  for (const gone of ['42', '43', '44', '45', '46', '47']) swarms.forget(gone);
  swarms.update([]);
  swarms.update([entry('1', 1)]);
  expect(names()).toEqual(['5', '1']);
});
