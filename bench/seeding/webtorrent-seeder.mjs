/** Seeds with webtorrent: TORRENT FOLDER PORT. Says `ready`. */
import { readFileSync } from 'node:fs';
import WebTorrent from 'webtorrent';

const [torrent = '', folder = '', port = ''] = process.argv.slice(2);
const client = new WebTorrent({
  torrentPort: Number(port),
  maxConns: 2000,
  dht: false,
  lsd: false,
  utPex: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
  tracker: false,
});
client.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
client.add(readFileSync(torrent), { path: folder, uploads: 2000, skipVerify: true }, () => {
  process.stdout.write('ready\n');
});
