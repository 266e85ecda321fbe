import { execFile } from 'node:child_process';
import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { infoHashOfEither } from '../../source/control/info-hash.ts';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { type NetworkNamespace, refuseConnections } from '../../test/helpers/network-namespace.ts';
import { allClients } from '../../test/interop/clients/all.ts';
import type { RealClient, RunningClient, Way } from '../../test/interop/clients/client.ts';
import type { Crowd } from './crowd.ts';
import type { Everseed } from './everseed.ts';
import type { Downloader, Exhibit } from './exhibits.ts';
import type { PictureNetwork } from './network.ts';

const crowdFile = fileURLToPath(new URL('crowd.ts', import.meta.url));
const runFile = promisify(execFile);

/** Where pictures are made, and what is made for them. */
export interface Stage {
  everseed: Everseed;
  network: PictureNetwork;
  /** Where all content is. */
  releases: string;
  /** Where clients put what they get. */
  scratch: string;
  /** Until its end clients run. */
  stack: AsyncDisposableStack;
  /** Those that were started. */
  clients: { name: string; running: RunningClient }[];
}

/** Throws when a client has ended, which on no picture is to be missed. */
export function checkClients({ clients }: Stage): void {
  for (const { name, running } of clients) {
    if (running.ended() !== null) throw new Error(`${name} ended:\n${running.output()}`);
  }
}

/** Has a publication live through what is told of it: its downloads, its seeds, its fate. */
export async function liveThrough(
  stage: Stage,
  crowd: NetworkNamespace,
  { name, sent, completed, seeds, files, fate }: Exhibit,
): Promise<void> {
  const { everseed, network, releases } = stage;
  const { http, peer } = await everseed.status();
  const publication = await everseed.show(name);
  const { size, pieceLength } = publication;
  const told: Crowd = {
    address: network.middle.address,
    address6: network.middle.address6,
    httpPort: http.port,
    peerPort: peer.port,
    infoHash: infoHashOfEither(publication),
    size,
    pieceLength,
    sent: sent * size,
    completed,
    seeds,
  };
  const [command = '', ...args] = [
    ...crowd.prefix,
    ...[process.execPath, crowdFile, JSON.stringify(told)],
  ];
  await runFile(command, args);

  const id = String(publication.id);
  const path = join(releases, files[0]?.path ?? name);
  switch (fate) {
    case 'served':
      return;
    case 'paused':
      await everseed.run('pause', id);
      return;
    case 'incomplete':
      await rename(path, `${path} (moved)`);
      await everseed.run('health', id);
      return;
    case 'changed':
      await truncate(path, 1);
      await everseed.run('health', id);
      return;
    case 'eventful':
      await rename(path, `${path} (moved)`);
      await everseed.run('health', id);
      await rename(`${path} (moved)`, path);
      await everseed.run('health', id);
      await everseed.run('pause', id);
      await everseed.run('resume', id);
      await everseed.run('limit', id, '--up', '12M');
  }
}

/** Has the real clients of an exhibit download it, until the stage ends. */
export async function joinSwarm(stage: Stage, { name, downloaders }: Exhibit): Promise<void> {
  const publication = await stage.everseed.show(name);
  for (const downloader of downloaders) await joinOne(stage, publication, downloader);
}

async function joinOne(
  stage: Stage,
  publication: PublicationDetail,
  downloader: Downloader,
): Promise<void> {
  const { address, speed, way = 'http', encrypted = false, waits = false } = downloader;
  const network = stage.network.connect(address);
  if (waits) refuseConnections(network, 6881);
  const scratch = join(stage.scratch, address);
  const folder = join(scratch, 'downloaded');
  await mkdir(folder, { recursive: true });
  const client = clientOf(downloader);
  const running = await client.start({
    torrent: await torrentFor(stage, publication, scratch, way),
    folder,
    scratch,
    network,
    lifetime: (work) => stage.stack.defer(async () => void (await work())),
    way: way === 'websocket' ? 'http' : way,
    encrypted,
    bytesPerSecond: Math.round(speed),
  });
  stage.clients.push({ name: `${client.name} at ${address}`, running });
}

function clientOf({ client }: Downloader): RealClient {
  const found = allClients.find(({ name }) => name === client);
  if (!found?.installed) throw new Error(`${client} is not installed`);
  return found;
}

const byHttp = 'http://seed.example.org:6969/announce';

/** Each a tier. */
const announceUrls: Record<Way | 'websocket', readonly string[]> = {
  http: [byHttp],
  http6: ['http://[2001:db8::10]:6969/announce'],
  udp: ['udp://seed.example.org:6969/announce'],
  udp6: ['udp://[2001:db8::10]:6969/announce'],
  // there it finds peers like itself only
  websocket: ['ws://seed.example.org:6969/announce', byHttp],
};

/** A copy of the `.torrent` that names some of the tracker's doors. Gives the file. */
async function torrentFor(
  { everseed, network }: Stage,
  { torrentUrl }: PublicationDetail,
  scratch: string,
  way: Way | 'websocket',
): Promise<string> {
  const served = join(scratch, 'served.torrent');
  const [command = '', ...args] = [...network.middle.prefix, 'curl', '-sSf', torrentUrl];
  const { stdout } = await runFile(command, args, { encoding: 'buffer' });
  await writeFile(served, stdout);
  const edited = join(scratch, 'edited.torrent');
  const trackers = announceUrls[way].map((url) => `--tracker=${url}`);
  await everseed.run('torrent', 'edit', served, '-o', edited, ...trackers);
  return edited;
}
