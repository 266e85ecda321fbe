import { once } from 'node:events';
import { Client } from 'bittorrent-tracker';
import { expect, onTestFinished, test } from 'vitest';
import { newHash, oneTracker } from './tracker-under-test.ts';

/**
 * What bittorrent-tracker's client, written by others, makes of the tracker's answers. What
 * libtorrent and other programs do is in test/interop/tracker.test.ts.
 */

const tracker = oneTracker();

function clientAt(url: string, infoHash: string, port: number): Client {
  const client = new Client({
    infoHash: Buffer.from(infoHash, 'latin1'),
    peerId: Buffer.from(String(port).padStart(20, '-')),
    announce: [url],
    port,
  });
  client.on('error', (error) => {
    throw error;
  });
  client.on('warning', (warning) => {
    throw warning;
  });
  onTestFinished(() => client.destroy());
  return client;
}

const urls: [string, () => string][] = [
  ['HTTP', () => `http://127.0.0.1:${tracker.current.httpPort}/announce`],
  ['HTTP over IPv6', () => `http://[::1]:${tracker.current.httpPort}/announce`],
  ['UDP', () => `udp://127.0.0.1:${tracker.current.udpPort}`],
];

test.for(urls)('announces, completions and scrapes by %s', async ([, urlOf]) => {
  const infoHash = `\xff\x80${newHash().slice(2)}`;
  const first = clientAt(urlOf(), infoHash, 6_881);
  first.start({ left: 5 });
  const [alone] = await once(first, 'update');
  expect(alone).toMatchObject({ complete: 0, incomplete: 1 });

  const second = clientAt(urlOf(), infoHash, 6_882);
  const told = once(second, 'peer');
  second.start({ left: 5 });
  const [peer] = await told;
  expect(peer).toMatch(/^(127\.0\.0\.1|\[?::1\]?|\[?0:0:0:0:0:0:0:1\]?):6881$/);

  const updated = once(first, 'update');
  first.complete({ left: 0 });
  expect((await updated)[0]).toMatchObject({ complete: 1, incomplete: 1 });

  const scraped = once(first, 'scrape');
  first.scrape();
  expect((await scraped)[0]).toMatchObject({
    complete: 1,
    incomplete: 1,
    downloaded: 1,
  });

  const stopped = once(second, 'update');
  second.stop();
  expect((await stopped)[0]).toMatchObject({ complete: 1, incomplete: 0 });
});
