import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
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
    /content is not what the torrent says: \d+ of \d+ pieces are good; a\.bin is short\n$/,
  );
  expect(await everseed.list()).toEqual([]);
});

test('what is no torrent is refused', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'x.torrent');
  await writeFile(file, 'd4:infod4:name3:..ee');
  const { code, stderr } = await everseed.run('adopt', file, '--data', '/');
  expect(code).toBe(1);
  expect(stderr).toContain('is no valid torrent');
  expect((await everseed.run('adopt', file)).code).toBe(2);
});
