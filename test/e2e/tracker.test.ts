import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { TrackerKey, TrackerStats } from '../../source/control/tracker.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { Terminal } from '../helpers/terminal.ts';
import { announceHttp, peersIn } from '../tracker/conformance/clients.ts';
import { escapeAll } from '../tracker/escape-all.ts';

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
  expect(unknown).toMatchObject({
    code: 1,
    stderr: `everseed: there is no passkey of alice: list them with: everseed --home ${everseed.home} tracker keys ls\n`,
  });
});

test('a member is given a torrent with the passkey in it, and announces by that', async () => {
  const everseed = await Everseed.create({ settings: { tracker: { passkeys: true } } });
  const { infoHash, id } = await publishSomething(everseed, '--private', '--format', 'hybrid');
  const open = await publishSomething(everseed);
  const keys = (...words: string[]) => everseed.run('tracker', 'keys', ...words);
  const folder = await temporaryFolder();
  const file = join(folder, 'for alice.torrent');
  expect(await keys('torrent', 'alice', String(id), '-o', file)).toMatchObject({
    code: 1,
    stderr: `everseed: there is no passkey of alice: list them with: everseed --home ${everseed.home} tracker keys ls\n`,
  });
  await keys('add', 'alice');
  expect(await keys('torrent', 'alice', String(id), '-o', file)).toEqual({
    code: 0,
    stdout: `${file} is for alice alone\n`,
    stderr: '',
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const shown = await everseed.json<{ infoHash: string; private: boolean; trackers: string[][] }>(
    ...['torrent', 'show', file],
  );
  expect(shown).toMatchObject({ infoHash, private: true });
  const [{ announceUrls } = { announceUrls: [] }] = await everseed.json<TrackerKey[]>(
    ...['tracker', 'keys', 'ls'],
  );
  expect(shown.trackers).toEqual([announceUrls]);
  const { pathname, port } = new URL(announceUrls[0] ?? '');
  expect(await announce(Number(port), infoHash, { path: pathname })).toContain('8:interval');

  // it is not written over, and there is none of what everybody may have
  expect((await keys('torrent', 'alice', String(id), '-o', file)).stderr).toContain('--force');
  const refused = await keys('torrent', 'alice', String(open.id), '-o', join(folder, 'open'));
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not private') });
  expect(existsSync(join(folder, 'open'))).toBe(false);
});

test('check 25, 31: a hybrid has two swarms, whose everseed the world is told at its public address', async () => {
  const everseed = await Everseed.create({
    settings: { publicHost: '203.0.113.7', tracker: { trustedProxies: ['127.0.0.9'] } },
  });
  const { infoHash, infoHashV2 } = await publishSomething(everseed, '--format', 'hybrid');
  await publishSomething(everseed);
  expect(await everseed.json('tracker', 'stats')).toMatchObject({ publications: 2 });
  const { http, peer } = await everseed.status();
  const tracker = { httpPort: http.port };
  for (const hash of [infoHash, infoHashV2?.slice(0, 40) ?? '']) {
    const asked = { infoHash: Buffer.from(hash, 'hex').toString('latin1') };
    const near = await announceHttp(tracker, { ...asked, from: '127.0.0.2' });
    expect(peersIn(near)).toEqual([`127.0.0.1:${peer.port}`]);
    const headers = ['X-Forwarded-For: 198.51.100.1'];
    const far = await announceHttp(tracker, { ...asked, from: '127.0.0.9', headers });
    expect(peersIn(far)).toEqual([`203.0.113.7:${peer.port}`]);
  }
});

test('check 108: the DNS record of BEP 34', async () => {
  const everseed = await Everseed.create({ settings: { publicHost: 'tracker.example.org' } });
  const { http, udp } = await everseed.status();
  expect(await everseed.run('tracker', 'bep34')).toMatchObject({
    code: 0,
    stdout: `tracker.example.org. IN TXT "BITTORRENT UDP:${udp.port} TCP:${http.port}"\n`,
  });
});

test('check 108: without a name the record has only its text, and it is said how it gets one', async () => {
  const everseed = await Everseed.create({ settings: { publicHost: '' } });
  const { http, udp } = await everseed.status();
  const stdout = `BITTORRENT UDP:${udp.port} TCP:${http.port}\n`;
  const why = 'this is the text of a TXT record, which is of a name; publicHost';
  expect(await everseed.run('tracker', 'bep34')).toEqual({
    code: 0,
    stdout,
    stderr: `${why} is not set: set it with: everseed --home ${everseed.home} config set publicHost NAME\n`,
  });
  await everseed.run('config', 'set', 'publicHost', 'seed.example.org');
  expect(await everseed.run('tracker', 'bep34')).toEqual({
    code: 0,
    stdout,
    stderr: `${why}, seed.example.org now, counts from the next start: everseed --home ${everseed.home} stop, then everseed --home ${everseed.home} daemon\n`,
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
  const front = await fetch(`http://127.0.0.1:${status.http.port}/`);
  expect(await front.text()).toContain('This is a BitTorrent tracker');
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
  expect(await everseed.run('adopt', `${file}.torrent`, '--data', file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('then adopt again'),
  });
  // what was started is the engine itself
  expect(alone.pid).toBe(status.pid);
  alone.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('the tracker in a terminal ends with it, and elsewhere outlives the login', async () => {
  const everseed = await Everseed.create();
  const words = everseed.commandLine('tracker', '--port', '0');
  const terminal = new Terminal(words);
  await terminal.sees('tracks at');
  terminal.signal('SIGHUP');
  expect(await terminal.ended()).toBe(0);

  const [command = '', ...args] = words;
  const alone = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void alone.kill('SIGKILL'));
  await once(alone.stdout, 'data');
  alone.kill('SIGHUP');
  expect((await everseed.status()).pid).toBe(alone.pid);
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
    `everseed: port ${port} (http.port) on 127.0.0.1 is used by another program: stop that program or choose another with: everseed --home ${home} config set http.port PORT\n`,
  );
  expect(await told({}, '--bind6', '::ffff:1.2.3.4')).toBe(
    `everseed: ::ffff:1.2.3.4 (bind6) is not an address of this machine: choose one that is, or all, with: everseed --home ${home} config set bind6 ::\n`,
  );
  expect(await told({}, '--allow', pipe)).toBe(
    `everseed: cannot read ${pipe}, which the setting tracker.allowList names: it is no file\n`,
  );
});
