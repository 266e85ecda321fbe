import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifetime } from '../../helpers/lifetime.ts';
import { bytesCarriedTo, type NetworkNamespace } from '../../helpers/network-namespace.ts';
import type { RealClient } from '../clients/client.ts';
import { downloaded, startDownload } from '../downloads.ts';

/** Something published that the clients of one lane download, and nobody else. */
export interface SoakPublication {
  id: number;
  size: number;
  content: string;
  torrent: string;
  magnet: string;
  /** How often it was downloaded. */
  downloads: number;
}

export interface Lane {
  clients: readonly RealClient[];
  publications: readonly SoakPublication[];
  network: NetworkNamespace;
  random: () => number;
  goesOn: () => boolean;
}

/** A download that came to its end. */
export interface DoneDownload {
  client: string;
  /** Of the content, bytes. */
  size: number;
  /** What the network brought the client meanwhile, bytes, headers and all. */
  carried: number;
}

function pick<One>(random: () => number, from: readonly One[]): One {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

/** One client after the other downloads, each byte is compared, and it goes. */
export async function churn(lane: Lane): Promise<DoneDownload[]> {
  const { clients, publications, network, random, goesOn } = lane;
  const done: DoneDownload[] = [];
  for (let turn = 0; goesOn(); turn++) {
    const client = clients[turn % clients.length];
    if (!client) break;
    const publication = pick(random, publications);
    const torrent = random() < 0.5 ? publication.torrent : publication.magnet;
    const carriedBefore = bytesCarriedTo(network);
    const encrypted = client.encrypts && random() < 0.3;
    await within(async (lifetime) => {
      const options = { torrent, network, lifetime, encrypted };
      const begun = await startDownload(client, publication.content, options);
      await downloaded(begun, publication.content).catch((error) => {
        const what = `${client.name}, ${encrypted ? 'encrypted, ' : ''}of ${torrent}`;
        throw new Error(`${what}, having told:\n${begun.running.output()}`, { cause: error });
      });
      publication.downloads++;
    });
    const carried = bytesCarriedTo(network) - carriedBefore;
    done.push({ client: client.name, size: publication.size, carried });
  }
  return done;
}

/** Tells of each client how much it was sent for each byte of what it downloaded. */
export function tallyOf(downloads: readonly DoneDownload[]): string[] {
  const byClient = Map.groupBy(downloads, ({ client }) => client);
  return Array.from(byClient, ([client, all]) => {
    const size = all.reduce((sum, one) => sum + one.size, 0);
    const carried = all.reduce((sum, one) => sum + one.carried, 0);
    return `${client}: ${all.length} downloads of ${size} bytes, ${(carried / size).toFixed(3)} times that carried`;
  });
}

/** One client after the other begins to download, and is killed in the midst of it. */
export async function churnAbruptly({ clients, publications, network, random, goesOn }: Lane) {
  for (let turn = 0; goesOn(); turn++) {
    const client = clients[turn % clients.length];
    if (!client) return;
    const { content, torrent } = pick(random, publications);
    await within(async (lifetime) => {
      const bytesPerSecond = 1_000_000;
      const options = { torrent, network, lifetime, bytesPerSecond };
      const { running, path } = await startDownload(client, content, options);
      await sleep(500 + 5_000 * random());
      await running.kill();
      await rm(dirname(path), { recursive: true, force: true });
    });
  }
}

/** Does something that begins what is ended behind it, the last first. */
async function within(work: (lifetime: Lifetime) => Promise<void>): Promise<void> {
  await using begun = new AsyncDisposableStack();
  await work((end) => begun.defer(async () => void (await end())));
}
