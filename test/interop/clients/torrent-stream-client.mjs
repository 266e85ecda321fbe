/**
 * torrent-stream-client.mjs TORRENT|MAGNET FOLDER SCRATCH: downloads into the folder, says
 * `complete`, and goes on. It listens nowhere, and has the trackers of the torrent only.
 */
import { readFileSync } from 'node:fs';
import torrentStream from 'torrent-stream';

const [torrent, folder, scratch] = process.argv.slice(2);
const source = torrent.startsWith('magnet:') ? torrent : readFileSync(torrent);
const engine = torrentStream(source, { path: folder, tmp: scratch, dht: false });
engine.on('ready', () => {
  for (const file of engine.files) file.select();
});
engine.on('idle', () => process.stdout.write('complete\n'));
