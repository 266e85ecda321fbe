import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeFolderOf200, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { growthIn } from '../helpers/memory-watch.ts';
import {
  bytesCarriedTo,
  canMakeNamespaces,
  createNetworkStar,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { seededRandom } from '../tracker/seeded-random.ts';
import { allClients } from './clients/all.ts';
import { aria2 } from './clients/aria2.ts';
import type { RealClient } from './clients/client.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { transmission } from './clients/transmission.ts';
import { fetchTorrent } from './downloads.ts';
import { churn, churnAbruptly, type Lane, type SoakPublication, tallyOf } from './soak/churn.ts';
import type { FuzzReport, FuzzTarget } from './soak/target.ts';
import { type VitalSigns, vitalSignsOf } from './soak/vital-signs.ts';

/** `npm run soak:seeding` asks for more. */
const minutes = Number(process.env['EVERSEED_SOAK_MINUTES'] ?? 1);
const seed = 5;
const fuzzingPeer = fileURLToPath(new URL('soak/fuzzing-peer.ts', import.meta.url));

/** In a minute memory still fills up; from some minutes on it must have become flat. */
const flatAfterMinutes = 8;
const mostResident = 400 * 2 ** 20;

/**
 * What the network carries besides content: headers, metadata, hashes, and the tracker's answers.
 */
const overhead = 0.03;

test.skipIf(!canMakeNamespaces)(
  'real clients come and go beside a peer that misbehaves: no wrong byte, no lost count, bounded memory',
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
    const lane = (clients: readonly RealClient[], publications: SoakPublication[]): Lane => ({
      clients,
      publications,
      network: star.connect(onTestFinished),
      random,
      goesOn,
    });
    const installed = allClients.filter((client) => client.installed);
    const quickClients = installed.filter((client) => client !== transmission);
    const lanes = [lane([transmission], slow), lane(quickClients, quick)];
    const [report, signs, downloads] = await Promise.all([
      fuzzing,
      watch(pid, elapsedSeconds, goesOn, () => [...slow, ...quick]),
      Promise.all(lanes.map(churn)),
      churnAbruptly(lane([aria2, libtorrent], killed)),
    ]);

    // all have gone, and so have their connections
    await until(() => vitalSignsOf(pid, 0).sockets <= before.sockets, 120_000);
    console.log(JSON.stringify(report));
    console.log(tallyOf(downloads.flat()).join('\n'));
    expect(report.downloads).toBeGreaterThan(0);
    expect(report.failed).toBe(0);
    const uploadedOf = async (id: number) =>
      (await everseed.list()).find((one) => one.id === id)?.uploaded ?? 0;
    for (const { network, publications } of lanes) {
      const content = publications.reduce((sum, { size, downloads }) => sum + size * downloads, 0);
      const carried = bytesCarriedTo(network);
      const uploaded = async () => {
        const all = await Promise.all(publications.map(({ id }) => uploadedOf(id)));
        return all.reduce((sum, one) => sum + one, 0);
      };
      // the content's size is no bound: some clients ask twice for what they have
      const least = Math.max(content, carried * (1 - overhead));
      await until(async () => (await uploaded()) >= least);
      expect(await uploaded()).toBeLessThanOrEqual(carried);
    }
    expect(await uploadedOf(fuzzed.id)).toBeGreaterThanOrEqual(report.receivedBytes);
    const listed = await everseed.list();
    const sum = listed.reduce((total, { uploaded }) => total + uploaded, 0);
    expect((await everseed.status()).uploaded).toBe(sum);
    expect(everseed.log()).not.toMatch(/"level":"error"/);
    expect((await everseed.status()).pid).toBe(pid);
    for (const { resident } of signs) expect(resident).toBeLessThan(mostResident);
    if (minutes >= flatAfterMinutes) expect(growthIn(signs)).toBeNull();
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
      `${(now.atSeconds / 60).toFixed(1)} min: ${(now.resident / 2 ** 20).toFixed(0)} MiB, ${now.openFiles} files, ${now.sockets} sockets, ${downloads} downloads`,
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
