import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { getInteger } from '../../source/bencode/dictionary.ts';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { TrackerKey, TrackerStats } from '../../source/control/tracker.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { announce as announceFrom, escapeAll, openUdp, peersOf } from '../tracker/black-box.ts';
import { floodWithHashes } from '../tracker/soak/hash-flood.ts';

/** The tracker of the built program, where a whole engine is needed to see it. */

interface Told {
  port?: number;
  left?: number;
  more?: string;
  path?: string;
}

async function announce(httpPort: number, infoHash: string, told: Told = {}): Promise<string> {
  const { port = 7001, left = 1, more = '', path = '/announce' } = told;
  const hash = escapeAll(Buffer.from(infoHash, 'hex').toString('latin1'));
  const peerId = String(port).padStart(20, '-');
  const query = `info_hash=${hash}&peer_id=${peerId}&port=${port}&left=${left}${more}`;
  const response = await fetch(`http://127.0.0.1:${httpPort}${path}?${query}`);
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

async function publishSomething(everseed: Everseed, ...flags: string[]) {
  const file = join(await temporaryFolder(), 'published');
  await writeRandomFile(file, 50_000);
  return await everseed.publish(file, ...flags);
}

/** How many peers of an address there may be in a swarm. */
const ofAddress = 30;
const addressOf = (n: number) => `127.0.3.${1 + Math.floor(n / ofAddress)}`;

/** Announces over HTTP from many addresses until it is ended. */
async function floodByHttp(httpPort: number, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const infoHash = randomBytes(20).toString('latin1');
    // what is under way when the engine is killed is not answered
    await announceFrom(httpPort, { infoHash, from: `127.0.67.${1 + (n % 250)}` }).catch(
      () => undefined,
    );
  }
}

test('check 103: under load, what was completed survives kill -9 but for the last seconds, and peers do', {
  timeout: 90_000,
}, async () => {
  const flushSeconds = 1;
  const everseed = await Everseed.create({
    settings: { tracker: { flushSeconds, open: true, requestsPerSecond: 0 } },
  });
  const published = await publishSomething(everseed);
  const swarms = [Buffer.from(published.infoHash, 'hex').toString('latin1'), 'o'.repeat(20)];
  const { http, udp } = await everseed.status();

  // leechers whose file is on disk before anything else comes
  const early = 3;
  const earlyAt = Date.now();
  for (const infoHash of swarms) {
    for (let n = 0; n < early; n++) {
      await announceFrom(http.port, { infoHash, port: 5_000 + n, peerId: `early ${n}`.padEnd(20) });
    }
  }
  const peersFile = join(everseed.home, 'tracker-peers.bin');
  await until(() => existsSync(peersFile) && statSync(peersFile).mtimeMs > earlyAt + 10);

  const flooding = new AbortController();
  const floods = [
    floodWithHashes({
      ...{ udpPort: udp.port, from: '127.0.0.66', announces: 10_000_000 },
      signal: flooding.signal,
    }),
    ...Array.from({ length: 4 }, () => floodByHttp(http.port, flooding.signal)),
  ];
  const client = await openUdp(udp.port);
  const completedAt: number[] = [];
  const forMs = 7_000;
  while (completedAt.length < 40 || performance.now() - (completedAt[0] ?? 0) < forMs) {
    const n = completedAt.length;
    const peerId = String(n).padStart(20, '0');
    for (const infoHash of swarms) {
      const asked = { infoHash, from: addressOf(n), port: 6_000 + n, peerId };
      await announceFrom(http.port, asked);
      await announceFrom(http.port, { ...asked, left: 0, more: '&event=completed' });
    }
    completedAt.push(performance.now());
    // the same over UDP is answered as well
    await client.connect();
  }
  const killedAt = performance.now();
  await everseed.kill('SIGKILL');
  flooding.abort();
  await Promise.all(floods);

  // it is written every second; the rest is for a machine that is busy
  const busySeconds = 4;
  const longBefore = killedAt - (flushSeconds + busySeconds) * 1000;
  const least = completedAt.filter((at) => at < longBefore).length;
  expect(least).toBeGreaterThan(0);
  const after = await everseed.status();
  for (const infoHash of swarms) {
    // as a seed, which is told of leechers only
    const answer = await announceFrom(after.http.port, { infoHash, port: 4_999, left: 0 });
    const downloaded = getInteger(answer, 'downloaded');
    expect(downloaded).toBeGreaterThanOrEqual(least);
    expect(downloaded).toBeLessThanOrEqual(completedAt.length);
    expect(peersOf(answer)).toEqual(
      expect.arrayContaining(Array.from({ length: early }, (_, n) => `127.0.0.1:${5_000 + n}`)),
    );
  }
  expect((await everseed.list())[0]?.completed).toBeGreaterThanOrEqual(least);
  const { totals, protocols } = await everseed.json<TrackerStats>('tracker', 'stats');
  expect(totals?.udp.announces).toBeGreaterThan(1_000);
  expect(protocols.udp.announces).toBe(0);
});

test('members announce with their keys, and what they account for survives kill -9', async () => {
  const everseed = await Everseed.create({
    settings: { tracker: { passkeys: true, flushSeconds: 1 } },
  });
  const { infoHash } = await publishSomething(everseed, '--private');
  const { http } = await everseed.status();
  expect(await announce(http.port, infoHash)).toContain('passkey is missing');
  const { passkey, announceUrls } = await everseed.json<TrackerKey>(
    ...['tracker', 'keys', 'add', 'alice'],
  );
  const path = `/${passkey}/announce`;
  expect(announceUrls[0]).toBe(`http://127.0.0.1:${http.port}${path}`);
  const tell = (port: number, bytes: number, more = '') =>
    announce(port, infoHash, { path, more: `&uploaded=${bytes}&downloaded=${bytes / 2}${more}` });
  expect(await tell(http.port, 0, '&event=started')).toContain('10:incompletei1e');
  await tell(http.port, 1_000);
  const keys = () => everseed.json<TrackerKey[]>('tracker', 'keys', 'ls');
  await until(async () => (await keys())[0]?.uploaded === 1_000);
  const { DatabaseSync } = await import('node:sqlite');
  await until(() => {
    const database = new DatabaseSync(join(everseed.home, 'catalog.sqlite'), { readOnly: true });
    const row = database.prepare('SELECT uploaded FROM passkeys').get();
    database.close();
    return row?.['uploaded'] === 1_000;
  });
  await everseed.kill('SIGKILL');
  const after = await everseed.status();
  await tell(after.http.port, 1_500);
  await until(async () => (await keys())[0]?.uploaded === 1_500);
  expect((await keys())[0]).toMatchObject({ name: 'alice', downloaded: 750 });

  expect((await everseed.run('tracker', 'keys', 'remove', 'alice')).code).toBe(0);
  expect(await tell(after.http.port, 2_000)).toContain('passkey is not known');
  expect(await keys()).toEqual([]);
  const unknown = await everseed.run('tracker', 'keys', 'remove', 'alice');
  expect(unknown).toMatchObject({ code: 1, stderr: 'everseed: there is no passkey of alice\n' });
});

test('a hybrid has two info hashes, and is one publication', async () => {
  const everseed = await Everseed.create();
  await publishSomething(everseed, '--format', 'hybrid');
  await publishSomething(everseed);
  expect(await everseed.json('tracker', 'stats')).toMatchObject({ publications: 2 });
});

test('check 108: the DNS record of BEP 34', async () => {
  const everseed = await Everseed.create({ settings: { publicHost: 'tracker.example.org' } });
  const { http, udp } = await everseed.status();
  expect(await everseed.run('tracker', 'bep34')).toMatchObject({
    code: 0,
    stdout: `tracker.example.org. IN TXT "BITTORRENT UDP:${udp.port} TCP:${http.port}"\n`,
  });
});

test('the tracker alone: what it is told to track, and no files', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  const allowed = '0123456789abcdef'.repeat(2).padEnd(40, '0');
  const list = join(folder, 'allowed');
  await writeFile(list, `${allowed}\n`);
  const [command = '', ...args] = everseed.commandLine('tracker', '--port', '0', '--allow', list);
  const alone = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  alone.stdout.on('data', (data: Buffer) => {
    said += data;
  });
  const exited = new Promise<number | null>((resolve) => alone.once('exit', resolve));
  onTestFinished(() => {
    alone.kill('SIGKILL');
  });
  await until(() => said.includes('\n'));
  const status = await everseed.json<EngineStatus>('status');
  const [http, udp] = [status.http.port, status.udp.port];
  expect(said).toBe(`tracks at http://127.0.0.1:${http}/announce and udp://127.0.0.1:${udp}\n`);
  expect(await everseed.run('tracker', '--port', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('with --home DIR'),
  });
  expect(await announce(status.http.port, allowed)).toContain('8:interval');
  expect(await announce(status.http.port, 'f'.repeat(40))).toContain('not published here');
  expect((await fetch(`http://127.0.0.1:${status.http.port}/`)).status).toBe(404);
  const stats = () => everseed.json<TrackerStats>('tracker', 'stats');
  // the largest swarms are looked at once a second
  await until(async () => (await stats()).largest.length > 0);
  expect(await stats()).toMatchObject({
    swarms: 1,
    peers: { ipv4: 1, ipv6: 0, websocket: 0 },
    largest: [{ infoHash: allowed, name: null, seeds: 0, leechers: 1 }],
  });
  const file = join(folder, 'file');
  await writeRandomFile(file, 1_000);
  expect(await everseed.run('publish', file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('what runs here is a tracker alone'),
  });
  // what was started is the engine itself
  expect(alone.pid).toBe(status.pid);
  alone.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('what keeps the tracker from starting is told in one line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const home = await temporaryFolder();
  const pipe = join(home, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const told = async (settings: object, ...words: string[]) => {
    const everseed = await Everseed.create({ home, settings });
    const { code, stdout, stderr } = await everseed.run('tracker', '--bind', '127.0.0.1', ...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr;
  };
  expect(await told({ tracker: { trustedProxies: ['10.0.0.0/99'] } })).toBe(
    `everseed: ${home}/settings.json:1: tracker.trustedProxies cannot be ["10.0.0.0/99"]: it takes a list of addresses and blocks such as 10.0.0.0/8\n`,
  );
  expect(await told({ tracker: { maxPeers: -1 } })).toBe(
    `everseed: ${home}/settings.json:1: tracker.maxPeers cannot be -1: it takes a whole number from 1000 to 20000000\n`,
  );
  expect(await told({}, '--http-port', String(port))).toBe(
    `everseed: port ${port} (http.port) on 127.0.0.1 is used by another program: stop that program or choose another with: everseed config set http.port PORT\n`,
  );
  expect(await told({}, '--bind6', '::ffff:1.2.3.4')).toBe(
    'everseed: ::ffff:1.2.3.4 (bind6) is not an address of this machine: choose one that is, or all, with: everseed config set bind6 ::\n',
  );
  expect(await told({}, '--allow', pipe)).toBe(
    `everseed: cannot read ${pipe}, which the setting tracker.allowList names: it is no file\n`,
  );
});
