/**
 * crowd.ts JSON: those who have had a publication before the pictures are drawn. Downloads what it is
 * told from the everseed, and tells the tracker of downloads that were completed, and of seeds. It
 * is a process of its own because it runs in a network of its own.
 */
import { visit } from './visitor.ts';

/** What it is told. */
export interface Crowd {
  /** Where the everseed is, by each family. */
  address: string;
  address6: string;
  httpPort: number;
  peerPort: number;
  infoHash: string;
  size: number;
  pieceLength: number;
  /** Bytes that they have had in all. */
  sent: number;
  completed: number;
  seeds: number;
}

const crowd: Crowd = JSON.parse(process.argv[2] ?? '');
if (crowd.sent > 0) {
  await visit({ ...crowd, host: crowd.address, port: crowd.peerPort }, crowd.sent);
}
for (let port = 1; port <= crowd.completed; port++) {
  await announce(port, 'started', crowd.size);
  await announce(port, 'completed', 0);
  if (port > crowd.seeds) await announce(port, 'stopped', 0);
}

/** Announces a peer that is known by its port; every third is an IPv6 one. */
async function announce(port: number, event: string, left: number): Promise<void> {
  const { address, address6, httpPort, infoHash } = crowd;
  const host = port % 3 === 0 ? `[${address6}]` : address;
  const hash = infoHash.replace(/../g, '%$&');
  const peerId = `-XX0000-${String(port).padStart(12, '0')}`;
  const query = `info_hash=${hash}&peer_id=${peerId}&port=${port}&left=${left}&event=${event}`;
  const response = await fetch(`http://${host}:${httpPort}/announce?${query}`);
  const answer = await response.text();
  if (answer.includes('failure reason')) throw new Error(`the tracker says: ${answer}`);
}
