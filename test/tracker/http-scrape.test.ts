import { expect, test } from 'vitest';
import { getDictionary, getText } from '../../source/bencode/dictionary.ts';
import { announce, dictionaryOf, escapeAll, get, hash, startTracker } from './black-box.ts';
import { peersHeld } from './test-tracker.ts';

async function scrape(httpPort: number, ...infoHashes: string[]) {
  const query = infoHashes.map((infoHash) => `info_hash=${escapeAll(infoHash)}`).join('&');
  const response = await get(httpPort, `/scrape?${query}`);
  expect(response.status).toBe(200);
  return dictionaryOf(response.body);
}

test('55 one info hash', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { left: 0, more: '&event=completed' });
  await announce(httpPort, { port: 7002 });
  await announce(httpPort, { port: 7003, more: '&event=paused' });
  const response = await get(httpPort, `/scrape?info_hash=${hash}`);
  expect(response.body.toString()).toBe(
    `d5:filesd20:${hash}d8:completei1e10:downloadedi1e11:downloadersi1e10:incompletei2eeee`,
  );
});

test('56 57 a hundred info hashes with bytes from 0x80', async () => {
  const { httpPort } = await startTracker();
  const infoHashes = Array.from({ length: 100 }, (_, n) => String.fromCharCode(255 - n).repeat(20));
  const files = getDictionary(await scrape(httpPort, ...infoHashes), 'files');
  expect([...(files?.keys() ?? [])]).toEqual(infoHashes.toReversed());
});

test('58 64 102 unknown info hashes are zeros, and no swarm is made of them', async () => {
  const { httpPort, tracker } = await startTracker();
  const unknown = '\xfe'.repeat(20);
  const files = getDictionary(await scrape(httpPort, unknown), 'files');
  expect(files?.get(unknown)).toEqual(
    new Map([
      ['complete', 0],
      ['downloaded', 0],
      ['downloaders', 0],
      ['incomplete', 0],
    ]),
  );
  expect(peersHeld(tracker)).toBe(0);
});

test('59 60 no info hash, or one of a wrong length, fails', async () => {
  const { httpPort } = await startTracker();
  for (const query of ['', '?', '?info_hash=short', `?info_hash=${hash}&info_hash=%zz`]) {
    const { body } = await get(httpPort, `/scrape${query}`);
    expect(getText(dictionaryOf(body), 'failure reason')).toMatch(/^info_hash /);
  }
});
