import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeFolderOf200, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  canMakeNamespaces,
  createNetworkStar,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { seededRandom } from '../tracker/seeded-random.ts';
import { allClients } from './clients/all.ts';
import { aria2 } from './clients/aria2.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { transmission } from './clients/transmission.ts';
import { fetchTorrent } from './downloads.ts';
import { churn, churnAbruptly, type Lane, type SoakPublication } from './soak/churn.ts';
import type { FuzzReport, FuzzTarget } from './soak/target.ts';
import { growthOf, type VitalSigns, vitalSignsOf } from './soak/vital-signs.ts';

/** `npm run soak:seeding` asks for more. */
const minutes = Number(process.env['EVERSEED_SOAK_MINUTES'] ?? 1);
const seed = 5;
const fuzzingPeer = fileURLToPath(new URL('soak/fuzzing-peer.ts', import.meta.url));

/** What a client may be sent twice, having hung up while it was on its way. */
const twice = 0.02;

test.skipIf(!canMakeNamespaces)(
  'real clients come and go beside a peer that misbehaves: no wrong byte, no lost count, flat memory',
  { timeout: minutes * 60_000 + 240_000 },
  async () => {
    const star = createNetworkStar(onTestFinished);
    const { middle } = star;
    const everseed = await Everseed.create({
      prefix: middle.prefix,
      settings: { publicHost: middle.address },
    });
    const folder = await temporaryFolder();
    const publish = async (name: string, write: (path: string) => Promise<void>) => {
      const content = join(folder, name);
      await write(content);
      const published = await everseed.publish(content, '--piece-length', '64K');
      const torrent = await fetchTorrent(published, middle, folder);
      return { ...published, content, torrent, downloads: 0 };
    };
    const file = (path: string) => writeRandomFile(path, 5_000_001);
    const slow = [await publish('slow file', file), await publish('slow folder', writeFolderOf200)];
    const quick = [await publish('file', file), await publish('folder', writeFolderOf200)];
    const killed = [await publish('killed', (path) => writeRandomFile(path, 20_000_000))];
    const fuzzed = await publish('fuzzed', file);

    const { pid, peer, http } = await everseed.status();
    const random = seededRandom(seed);
    const began = performance.now();
    const elapsedSeconds = () => (performance.now() - began) / 1_000;
    const goesOn = () => elapsedSeconds() < minutes * 60;
    const before = vitalSignsOf(pid, 0);
    const strangers = star.connect(onTestFinished);
    const fuzzing = fuzz(
      strangers,
      {
        host: middle.address,
        port: peer.port,
        httpPort: http.port,
        infoHash: fuzzed.infoHash,
        pieceLength: fuzzed.pieceLength,
        content: fuzzed.content,
        addresses: addAddresses(strangers),
        ownAddress: strangers.address,
        seed,
      },
      goesOn,
    );
    const lane = (): Omit<Lane, 'clients' | 'publications'> => ({
      network: star.connect(onTestFinished),
      random,
      goesOn,
    });
    const installed = allClients.filter((client) => client.installed);
    const quickClients = installed.filter((client) => client !== transmission);
    const [report, signs] = await Promise.all([
      fuzzing,
      watch(pid, elapsedSeconds, goesOn, () => [...slow, ...quick]),
      churn({ ...lane(), clients: [transmission], publications: slow }),
      churn({ ...lane(), clients: quickClients, publications: quick }),
      churnAbruptly({ ...lane(), clients: [aria2, libtorrent], publications: killed }),
    ]);

    // all have gone, and so have their connections
    await until(() => vitalSignsOf(pid, 0).sockets <= before.sockets, 60_000);
    console.log(JSON.stringify(report));
    expect(report.downloads).toBeGreaterThan(0);
    expect(report.failed).toBe(0);
    const uploadedOf = async (id: number) =>
      (await everseed.list()).find((one) => one.id === id)?.uploaded ?? 0;
    for (const { id, size, downloads } of [...slow, ...quick]) {
      await until(async () => (await uploadedOf(id)) >= downloads * size);
      expect(await uploadedOf(id)).toBeLessThanOrEqual(downloads * size * (1 + twice));
    }
    expect(await uploadedOf(fuzzed.id)).toBeGreaterThanOrEqual(report.receivedBytes);
    const listed = await everseed.list();
    const sum = listed.reduce((total, { uploaded }) => total + uploaded, 0);
    expect((await everseed.status()).uploaded).toBe(sum);
    expect(everseed.log()).not.toMatch(/"level":"error"/);
    expect((await everseed.status()).pid).toBe(pid);
    expect(growthOf(signs)).toBeLessThan(24);
  },
);

/** Gives a network more addresses, for one who wants to seem many. */
function addAddresses({ prefix, address }: NetworkNamespace): string[] {
  const own = address.replace(/\d+$/, '');
  return Array.from({ length: 40 }, (_, n) => {
    const another = `${own}${10 + n}`;
    const words = ['ip', 'addr', 'add', `${another}/24`, 'dev', 'cable'];
    execFileSync('nsenter', [...prefix.slice(1), ...words]);
    return another;
  });
}

/** Looks at the engine every second, and tells of it every half minute. */
async function watch(
  pid: number,
  elapsedSeconds: () => number,
  goesOn: () => boolean,
  publications: () => SoakPublication[],
): Promise<VitalSigns[]> {
  const signs: VitalSigns[] = [];
  while (goesOn()) {
    await sleep(1_000);
    const now = vitalSignsOf(pid, elapsedSeconds());
    signs.push(now);
    if (signs.length % 30 !== 0) continue;
    const downloads = publications().reduce((sum, one) => sum + one.downloads, 0);
    console.log(
      `${(now.atSeconds / 60).toFixed(1)} min: ${now.mebibytes.toFixed(0)} MiB, ${now.openFiles} files, ${now.sockets} sockets, ${downloads} downloads`,
    );
  }
  return signs;
}

/** Runs the fuzzing peer as long as all goes on; it fails when a byte was wrong. */
async function fuzz(
  { prefix }: NetworkNamespace,
  target: FuzzTarget,
  goesOn: () => boolean,
): Promise<FuzzReport> {
  const [command = '', ...words] = [...prefix, process.execPath, fuzzingPeer];
  const child = spawn(command, [...words, JSON.stringify(target)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const exited = once(child, 'exit');
  while (goesOn() && child.exitCode === null) await sleep(200);
  child.stdin.end();
  const [code] = await exited;
  expect(code).toBe(0);
  return JSON.parse(output) as FuzzReport;
}
