/**
 * follow-redirect.ts ADDRESS...: announces to a tracker at each of these addresses of this machine,
 * which redirects to one on loopback, and prints as JSON what came of it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { encode } from '../../../source/bencode/encode.ts';
import { TrackerClient } from '../../../source/discovery/announce/tracker-client.ts';
import { parseTrackerUrl } from '../../../source/discovery/announce/tracker-url.ts';

const port = 8_080;
const server = createServer((request, response) => {
  if (request.url?.startsWith('/inside')) response.end(encode({ interval: 900, peers: '' }));
  else response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end();
});
server.listen(port, '0.0.0.0');
await once(server, 'listening');
const client = new TrackerClient({
  userAgent: 'everseed/test',
  bind: { 4: '0.0.0.0' },
  now: () => performance.now(),
});
const outcomes: string[] = [];
for (const address of process.argv.slice(2)) {
  const tracker = parseTrackerUrl(`http://${address}:${port}/announce`);
  if (!tracker) throw new Error(`no tracker at ${address}`);
  const answer = client.announce(tracker, {
    infoHash: Buffer.alloc(20, 1),
    peerId: Buffer.alloc(20, 2),
    port: 6881,
    uploaded: 0,
    left: 0,
    event: 'started',
    key: 1,
    numWant: 0,
    trackerId: null,
  });
  outcomes.push(
    await answer.then(
      () => 'answered',
      (error: Error) => error.message,
    ),
  );
}
await client.close();
server.close();
server.closeAllConnections();
console.log(JSON.stringify(outcomes));
