import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import type { HealthReport } from '../../source/control/publications.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, type PublishedV1 } from '../helpers/everseed.ts';
import { Leecher } from '../helpers/leecher.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder with content in it, and a torrent of that beside it. */
async function contentWithTorrent(everseed: Everseed, format: string, ...flags: string[]) {
  const folder = await temporaryFolder();
  const content = join(folder, 'content');
  await mkdir(join(content, 'sub'), { recursive: true });
  await writeRandomFile(join(content, 'a.bin'), 70_000);
  await writeRandomFile(join(content, 'sub', 'b.bin'), 100_001);
  await writeFile(join(content, 'empty'), '');
  const torrent = join(folder, 'content.torrent');
  const words = ['torrent', 'create', content, '-o', torrent, '--format', format, ...flags];
  expect(await everseed.run(...words)).toMatchObject({ code: 0 });
  return { folder, content, torrent };
}

describe.each(['v1', 'v2', 'hybrid'])('a %s torrent', (format) => {
  test('is adopted with its data, and served as it is', async () => {
    const everseed = await Everseed.create();
    const { folder, content, torrent } = await contentWithTorrent(
      everseed,
      format,
      '--tracker',
      'http://tracker.example/announce',
      '--comment',
      'theirs',
      '--created-by',
      'someone',
      '--date',
      '2020-01-01',
    );
    // the folder that holds it will do
    const adopted = await everseed.json<PublishedV1>('adopt', torrent, '--data', folder);
    const theirs = parseTorrent(await readFile(torrent));
    const hex = (hash: Uint8Array | null) => hash && Buffer.from(hash).toString('hex');
    expect(adopted).toMatchObject({
      infoHash: hex(theirs.infoHash),
      infoHashV2: hex(theirs.infoHashV2),
      format,
      path: content,
      size: 170_001,
      files: 3,
    });
    const served = parseTorrent(
      new Uint8Array(await (await fetch(adopted.torrentUrl)).arrayBuffer()),
    );
    expect(served.infoBytes).toEqual(theirs.infoBytes);
    expect(served).toMatchObject({
      comment: 'theirs',
      createdBy: 'someone',
      creationDate: Date.UTC(2020, 0, 1) / 1000,
    });
    expect(served.trackers.at(-1)).toEqual(['http://tracker.example/announce']);
    if (format !== 'v1') return;
    const { peer } = await everseed.status();
    const leecher = new Leecher(peer.port, { infoHash: adopted.infoHash });
    const bytes = await leecher.download(adopted.size, adopted.pieceLength);
    leecher.close();
    const files = await Promise.all(
      ['a.bin', 'empty', 'sub/b.bin'].map((name) => readFile(join(content, name))),
    );
    expect(Buffer.from(bytes).equals(Buffer.concat(files))).toBe(true);
  });
});

test('what is published already is not published again', async () => {
  const everseed = await Everseed.create();
  const { content, torrent } = await contentWithTorrent(everseed, 'v1');
  const { infoHash } = await everseed.publish(content);
  const { code, stdout } = await everseed.run('adopt', torrent, '--data', content);
  expect({ code, isKnown: stdout.startsWith('is published 1 ') }).toEqual({
    code: 0,
    isKnown: true,
  });
  expect(await everseed.list()).toMatchObject([{ infoHash }]);
});

test('data that is not whole is refused, and says what is wrong', async () => {
  const everseed = await Everseed.create();
  const { content, torrent } = await contentWithTorrent(everseed, 'v1');
  await truncate(join(content, 'a.bin'), 10);
  const { code, stderr } = await everseed.run('adopt', torrent, '--data', content);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /content is not what the torrent says: \d+ of \d+ pieces are good; a\.bin is short \(--partial serves what is good\)\n$/,
  );
  expect(await everseed.list()).toEqual([]);
});

test('of data that is not whole the files that are missing are named, not those beside them', async () => {
  const everseed = await Everseed.create();
  const { content, torrent } = await contentWithTorrent(everseed, 'v1', '--piece-length', '16KiB');
  const file = join(content, 'sub', 'b.bin');
  await rename(file, `${file}.part`);
  await rename(join(content, 'empty'), join(content, 'empty.part'));
  const { stderr } = await everseed.run('adopt', torrent, '--data', content);
  expect(stderr).toContain('are good; empty is missing, sub/b.bin is missing (--partial');
});

test('what is good of data that is not whole is served, when that is asked for', async () => {
  const everseed = await Everseed.create();
  const { content, torrent } = await contentWithTorrent(everseed, 'v1', '--piece-length', '16KiB');
  const whole = await readFile(join(content, 'a.bin'));
  await truncate(join(content, 'a.bin'), 40_000);
  const file = join(content, 'sub', 'b.bin');
  await rename(file, `${file}.part`);
  const flags = ['--data', content, '--partial'];
  const adopted = await everseed.json<PublishedV1>('adopt', torrent, ...flags);
  // 0 and 1 are of a.bin; 11 pieces in all
  const leecher = await everseed.leecher(adopted);
  expect((await leecher.next(5)).toString('hex')).toBe('c000');
  expect((await leecher.next(20)).toString('latin1')).toContain('11:upload_onlyi1e');
  leecher.interested();
  await leecher.next(1);
  const block = await leecher.fetch({ piece: 1, begin: 0, length: 16_384 });
  expect(block.equals(whole.subarray(16_384, 32_768))).toBe(true);
  const [health] = await everseed.json<HealthReport[]>('health', '1');
  expect(health?.reasons.map(({ code, text }) => `${code}: ${text}`)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^data-missing: .*b\.bin is missing$/),
      'pieces-bad: 9 of 11 pieces, in 2 files such as a.bin, are missing or wrong, and not served',
    ]),
  );
  const scrape = `${adopted.torrentUrl.replace(/\/t\/.*/, '/scrape')}?info_hash=${escaped(adopted.infoHash)}`;
  expect(await (await fetch(scrape)).text()).toContain(
    '8:completei0e10:downloadedi0e11:downloadersi0e10:incompletei1e',
  );

  // the rest has come
  await writeFile(join(content, 'a.bin'), whole);
  await rename(`${file}.part`, file);
  expect(await everseed.run('verify', '1')).toMatchObject({ code: 0 });
  expect((await everseed.download(adopted)).subarray(0, 70_000).equals(whole)).toBe(true);
  expect(await (await fetch(scrape)).text()).toContain(
    '8:completei1e10:downloadedi0e11:downloadersi0e10:incompletei0e',
  );
});

test('a v1 torrent with padding files is seeded', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  const content = join(folder, 'padded');
  await writeRandomFile(join(content, 'a'), 20_000);
  await writeRandomFile(join(content, 'b'), 5_000);
  const pad = 32_768 - 20_000;
  const [a, b] = await Promise.all(['a', 'b'].map((name) => readFile(join(content, name))));
  const bytes = Buffer.concat(
    [a ?? '', Buffer.alloc(pad), b ?? ''].map((part) => Buffer.from(part)),
  );
  const pieces = [0, 1, 2].map((piece) =>
    createHash('sha1')
      .update(bytes.subarray(piece * 16_384, (piece + 1) * 16_384))
      .digest(),
  );
  const info = encode({
    files: [
      { length: 20_000, path: ['a'] },
      { attr: 'p', length: pad, path: ['.pad', String(pad)] },
      { length: 5_000, path: ['b'] },
    ],
    name: 'padded',
    'piece length': 16_384,
    pieces: Buffer.concat(pieces),
  });
  const torrent = join(folder, 'padded.torrent');
  await writeFile(torrent, encodeTorrent({ info, trackers: [] }));
  const adopted = await everseed.json<PublishedV1>('adopt', torrent, '--data', content);
  expect(adopted).toMatchObject({ size: 25_000, files: 2, pieces: 3 });
  const leecher = await everseed.leecher(adopted);
  expect((await leecher.download(bytes.length, 16_384)).equals(bytes)).toBe(true);
});

function escaped(infoHash: string): string {
  return infoHash.replace(/../g, '%$&');
}

test('what is no torrent is refused', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'x.torrent');
  await writeFile(file, 'd4:infod4:name3:..ee');
  const { code, stderr } = await everseed.run('adopt', file, '--data', '/');
  expect(code).toBe(1);
  expect(stderr).toContain('is no valid torrent');
  expect((await everseed.run('adopt', file)).code).toBe(2);
});
