import { expect, test } from 'vitest';
import { getInteger } from '../../../source/bencode/dictionary.ts';
import { escapeAll } from '../escape-all.ts';
import {
  announceHttp,
  askHttp,
  countsIn,
  dictionaryIn,
  failureIn,
  getHttp,
  scrapeHttp,
} from './clients.ts';
import { newHash, oneTracker } from './tracker-under-test.ts';

/** The checklist's section on scrapes over HTTP, 55 to 65. */

const tracker = oneTracker();

test('check 55: a scrape of one hash, to the byte', async () => {
  const infoHash = `\x80\xff${newHash().slice(2)}`;
  await announceHttp(tracker.current, { infoHash, left: 0, port: 1 });
  await announceHttp(tracker.current, { infoHash, port: 2 });
  await announceHttp(tracker.current, { infoHash, port: 3, more: '&event=paused' });
  const response = await getHttp(tracker.current, `/scrape?info_hash=${escapeAll(infoHash)}`);
  expect(response.body.toString('latin1')).toBe(
    `d5:filesd20:${infoHash}d8:completei1e10:downloadedi0e11:downloadersi1e10:incompletei2eeee`,
  );
});

test('check 56: a hundred hashes, each once, sorted by their bytes', async () => {
  const hashes = Array.from({ length: 99 }, newHash);
  const files = await scrapeHttp(tracker.current, [...hashes, hashes[0] ?? '']);
  // the decoder refuses what is not sorted
  expect([...files.keys()].sort()).toEqual([...hashes].sort());
});

test('check 57: bytes from 0x80 stay one byte', async () => {
  const infoHash = '\xff\xfe\x80'.repeat(6) + newHash().slice(18);
  const files = await scrapeHttp(tracker.current, [infoHash]);
  expect([...files.keys()]).toEqual([infoHash]);
});

test('check 58, 64: what is unknown has zeros, and no swarm is made of it', async () => {
  const { activeTorrents, peersAll } = await tracker.current.facts();
  const infoHash = newHash();
  const files = await scrapeHttp(tracker.current, [infoHash]);
  expect(countsIn(files.get(infoHash) ?? new Map())).toEqual({
    complete: 0,
    incomplete: 0,
    downloaded: 0,
  });
  expect(await tracker.current.facts()).toMatchObject({ activeTorrents, peersAll });
});

test('check 59: a scrape of everything fails: what is published is not for all to list', async () => {
  for (const target of ['/scrape', '/scrape?', '/scrape?x=1']) {
    expect(failureIn(await askHttp(tracker.current, target))).toBe('info_hash is missing');
  }
});

test('check 60: a hash of a wrong length fails', async () => {
  for (const wrong of ['', 'short', '%00'.repeat(32)]) {
    const answer = await askHttp(tracker.current, `/scrape?info_hash=${wrong}`);
    expect(failureIn(answer)).toBe('info_hash is not 20 bytes long');
  }
});

test('check 61: of more than a hundred hashes the first hundred are answered', async () => {
  const hashes = Array.from({ length: 120 }, (_, n) => String(n).padStart(20, 'x'));
  const query = hashes.map((infoHash) => `info_hash=${infoHash}`).join('&');
  const files = dictionaryIn((await askHttp(tracker.current, `/scrape?${query}`)).get('files'));
  expect([...files.keys()]).toEqual(hashes.slice(0, 100).sort());
});

test('check 62: scrape URLs as clients make them of announce URLs', async () => {
  const hash = `info_hash=${escapeAll(newHash())}`;
  for (const path of ['/scrape', '/x/scrape.php', '/scrape.php', '//scrape', '/scrape/']) {
    expect((await askHttp(tracker.current, `${path}?${hash}`)).has('files')).toBe(true);
  }
});

test('check 63: flags are optional, and not sent', async () => {
  const answer = await askHttp(tracker.current, `/scrape?info_hash=${escapeAll(newHash())}`);
  expect([...answer.keys()]).toEqual(['files']);
});

test('check 65: peers of both families are counted', async () => {
  const infoHash = newHash();
  await announceHttp(tracker.current, { infoHash, peerId: '4'.repeat(20) });
  await announceHttp(tracker.current, { infoHash, peerId: '6'.repeat(20), from: '::1' });
  const entry = (await scrapeHttp(tracker.current, [infoHash])).get(infoHash) ?? new Map();
  expect(getInteger(entry, 'incomplete')).toBe(2);
});
