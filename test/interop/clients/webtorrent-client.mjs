/**
 * webtorrent-client.mjs TORRENT|MAGNET FOLDER PORT PEX LIMIT: downloads into the folder, or seeds what is
 * there already; says `complete`, and goes on. LIMIT is in bytes per second, 0 for none. It has the trackers of the torrent only.
 */
import WebTorrent from 'webtorrent';

const [torrent, folder, port, pex, limit] = process.argv.slice(2);
const client = new WebTorrent({
  torrentPort: Number(port),
  downloadLimit: Number(limit) || -1,
  dht: false,
  lsd: false,
  utPex: pex === 'true',
  utp: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
  // nobody beyond this machine is asked for the way
  tracker: { rtcConfig: { iceServers: [] } },
});
client.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
client.add(torrent, { path: folder }, (added) => {
  added.on('warning', (warning) => process.stderr.write(`${warning}\n`));
  if (added.done) process.stdout.write('complete\n');
  else added.on('done', () => process.stdout.write('complete\n'));
});
