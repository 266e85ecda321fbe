import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Server from 'bittorrent-tracker/server';
import { expect, onTestFinished, test } from 'vitest';
import type { AnnounceRequest } from '../../../source/discovery/announce/announce.ts';
import { TrackerClient } from '../../../source/discovery/announce/tracker-client.ts';
import { parseTrackerUrl } from '../../../source/discovery/announce/tracker-url.ts';
import { until } from '../../helpers/everseed.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** Announces to trackers that others wrote. */

const infoHash = Buffer.alloc(20, 0xab);

function request(changes: Partial<AnnounceRequest> = {}): AnnounceRequest {
  return {
    infoHash,
    peerId: Buffer.from('-ES0100-abcdefghijkl'),
    port: 6881,
    uploaded: 0,
    left: 0,
    event: 'started',
    key: 1,
    numWant: 50,
    trackerId: null,
    ...changes,
  };
}

function createClient() {
  const client = new TrackerClient({
    userAgent: 'everseed/test',
    bind: { 4: '0.0.0.0', 6: '::' },
    now: () => performance.now(),
    timeouts: { udpFirstMs: 5_000, httpMs: 10_000 },
  });
  onTestFinished(() => client.close());
  return (url: string, changes?: Partial<AnnounceRequest>) => {
    const tracker = parseTrackerUrl(url);
    if (!tracker) throw new Error(url);
    return client.announce(tracker, request(changes));
  };
}

const another = { peerId: Buffer.alloc(20, 'x'), port: 7000 };

test.for(['http', 'udp'] as const)('bittorrent-tracker knows us by %s', async (protocol) => {
  const server = new Server({ http: true, udp: true, ws: false, stats: false });
  server.listen(0);
  await once(server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const announce = createClient();
  for (const host of ['127.0.0.1', '[::1]']) {
    const { http, udp, udp6 } = server;
    const udpPort = host === '127.0.0.1' ? udp.address().port : udp6.address().port;
    const port = protocol === 'http' ? http.address().port : udpPort;
    const url = `${protocol}://${host}:${port}/announce`;
    expect(await announce(url)).toMatchObject({ seeds: 1, leechers: 0 });
    const { peers } = await announce(url, another);
    const isIpv4 = host === '127.0.0.1';
    const us = { host: isIpv4 ? host : '::1', port: 6881 };
    // by UDP it names no peers of IPv6
    if (protocol === 'http' || isIpv4) expect(peers).toContainEqual(us);
    else expect(peers).toEqual([]);
    await announce(url, { event: 'stopped' });
    await announce(url, { ...another, event: 'stopped' });
  }
});

const hasOpentracker = spawnSync('opentracker', ['-h']).error === undefined;

test.skipIf(!hasOpentracker).for(['http', 'udp'] as const)(
  `opentracker knows us by %s${hasOpentracker ? '' : ' (skipped: opentracker is not installed)'}`,
  async (protocol) => {
    const folder = await temporaryFolder();
    const port = await freePort();
    // it reads it as nobody
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'whitelist'), `${infoHash.toString('hex')}\n`, { mode: 0o644 });
    const words = ['-i', '127.0.0.1', '-p', port, '-P', port, '-d', folder, '-w', 'whitelist'];
    const tracker = spawn('opentracker', words.map(String), { cwd: folder, stdio: 'ignore' });
    onTestFinished(() => {
      tracker.kill('SIGKILL');
    });
    const announce = createClient();
    const url = `${protocol}://127.0.0.1:${port}/announce`;
    await until(() =>
      announce(`http://127.0.0.1:${port}/announce`, { event: 'none' }).then(
        () => true,
        () => false,
      ),
    );
    expect(await announce(url)).toMatchObject({ seeds: 1, leechers: 0 });
    const answer = await announce(url, another);
    expect(answer.seeds).toBe(2);
    expect(answer.interval).toBeGreaterThan(600);
    // by UDP it says nothing
    if (protocol === 'udp') return;
    const unknown = announce(url, { infoHash: Buffer.alloc(20, 1) });
    await expect(unknown).rejects.toMatchObject({ kind: 'refused' });
  },
);

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
