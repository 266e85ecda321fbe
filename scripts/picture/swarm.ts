import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineStatus } from '../../source/control/engine.ts';
import { infoHashOfEither } from '../../source/control/info-hash.ts';
import type { PublicationDetail } from '../../source/control/publications.ts';
import type { Everseed } from './everseed.ts';
import type { Exhibit } from './exhibits.ts';
import { Peer } from './peer.ts';

/** Has a publication live through what is told of it: its downloads, its seeds, its fate. */
export async function liveThrough(
  everseed: Everseed,
  { name, sent, completed, seeds, files, fate }: Exhibit,
  folder: string,
): Promise<void> {
  const status = await everseed.status();
  const publication = await everseed.show(name);
  await download(status, publication, sent * publication.size);

  for (let port = 1; port <= completed; port++) {
    const announce = (event: string, left: number) =>
      tellTracker(status, publication, { event, port, left });
    await announce('started', publication.size);
    await announce('completed', 0);
    if (port > seeds) await announce('stopped', 0);
  }

  const [first] = files;
  if (fate === 'damaged' && first) {
    await rm(join(folder, first.path));
    // has it looked at now
    await everseed.run('health', String(publication.id));
  }
  if (fate === 'paused') await everseed.run('pause', String(publication.id));
}

async function download(
  status: EngineStatus,
  publication: PublicationDetail,
  bytes: number,
): Promise<void> {
  const speed = Number.POSITIVE_INFINITY;
  using peer = new Peer({ ...connectionTo(status, publication), client: '', has: 0, speed });
  await peer.gets(bytes);
}

/** Those who download it now; until `stack` ends. */
export async function joinSwarm(
  stack: AsyncDisposableStack,
  everseed: Everseed,
  { name, downloaders }: Exhibit,
): Promise<void> {
  const status = await everseed.status();
  const publication = await everseed.show(name);
  for (const [index, downloader] of downloaders.entries()) {
    const peer = { event: 'started', port: 40_000 + index, left: publication.size };
    await tellTracker(status, publication, peer);
    stack.use(new Peer({ ...connectionTo(status, publication), ...downloader }));
  }
}

function connectionTo({ peer }: EngineStatus, publication: PublicationDetail) {
  const { size, pieceLength } = publication;
  return { port: peer.port, infoHash: infoHashOfEither(publication), size, pieceLength };
}

/** Announces a peer that is known by its port. */
async function tellTracker(
  { http }: EngineStatus,
  publication: PublicationDetail,
  { event, port, left }: { event: string; port: number; left: number },
): Promise<void> {
  const hash = infoHashOfEither(publication).replace(/../g, '%$&');
  const peerId = `-XX0000-${String(port).padStart(12, '0')}`;
  const query = `info_hash=${hash}&peer_id=${peerId}&port=${port}&left=${left}&event=${event}`;
  const response = await fetch(`http://127.0.0.1:${http.port}/announce?${query}`);
  const answer = await response.text();
  if (answer.includes('failure reason')) throw new Error(`the tracker says: ${answer}`);
}
