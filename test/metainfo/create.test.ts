import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanContent } from '../../source/metainfo/content.ts';
import { createInfo, planInfo } from '../../source/metainfo/create.ts';
import { parseInfo } from '../../source/metainfo/info.ts';
import { infoHashOf } from '../../source/metainfo/info-hash.ts';
import { encodeTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';
import { hasLibtorrent, libtorrentInfo, libtorrentRead } from './libtorrent-oracle.ts';

const KiB = 1024;

/** Files that end before, at and after the ends of pieces, some empty, in and out of folders. */
const tree = {
  '.hidden': 3,
  B: 16 * KiB,
  'a/b/c': 1,
  'a/z': 40_000,
  'a-/y': 16 * KiB - 1,
  empty: 0,
  'run.sh': 100,
  z: 3 * 16 * KiB,
  ä: 5,
  '\ufffd': 7,
  '😀': 11,
};

describe('createInfo', () => {
  test('a file', async () => {
    const path = join(await temporaryFolder(), 'file.bin');
    await writeFile(path, 'hello');
    const created = await createInfo(await scanContent(path), { source: 'here', private: true });
    expect(created).toMatchObject({ name: 'file.bin', size: 5, pieceLength: 16384, pieceCount: 1 });
    expect(created.infoHash).toEqual(infoHashOf(created.info));
    expect(Buffer.from(created.info).toString('latin1')).toBe(
      'd6:lengthi5e4:name8:file.bin12:piece lengthi16384e6:pieces20:' +
        '\xaa\xf4\xc6\x1d\xdc\xc5\xe8\xa2\xda\xbe\xde\x0f\x3b\x48\x2c\xd9\xae\xa9\x43\x4d' +
        '7:privatei1e6:source4:heree',
    );
  });

  test('a folder under another name, read back', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { a: 20_000, 'sub/b': 20_000 });
    const content = await scanContent(folder);
    const created = await createInfo(content, { name: 'Name', pieceLength: 32 * KiB });
    expect(parseInfo(created.info)).toMatchObject({
      name: 'Name',
      kind: 'folder',
      size: 40_000,
      pieceLength: 32 * KiB,
      pieceCount: 2,
      private: false,
      source: null,
      files: [
        { path: ['a'], length: 20_000 },
        { path: ['sub', 'b'], length: 20_000 },
      ],
    });
    expect(planInfo(content, { name: 'Name', pieceLength: 32 * KiB })).toEqual({
      format: 'v1',
      name: 'Name',
      size: 40_000,
      pieceLength: 32 * KiB,
      pieceCount: 2,
    });
  });

  test('refuses names and piece lengths that cannot be', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'x');
    const content = await scanContent(path);
    for (const name of ['', '.', '..', 'a/b', 'a\0b']) {
      await expect(createInfo(content, { name })).rejects.toMatchObject({ code: 'name-invalid' });
    }
    await expect(createInfo(content, { pieceLength: 17000 })).rejects.toMatchObject({
      code: 'piece-length-invalid',
    });
  });
});

describe.skipIf(!hasLibtorrent)('beside libtorrent (skipped without python3-libtorrent)', () => {
  test.each([
    [16 * KiB, false],
    [64 * KiB, true],
    [1024 * KiB, false],
  ])('a folder in pieces of %d is the same, byte for byte', async (pieceLength, isPrivate) => {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, tree);
    await chmod(join(folder, 'run.sh'), 0o744);
    const { info } = await createInfo(await scanContent(folder), {
      pieceLength,
      private: isPrivate,
    });
    expect(Buffer.from(info)).toEqual(Buffer.from(libtorrentInfo(folder, pieceLength, isPrivate)));
  });

  test('a file is the same, byte for byte', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a file': 100_000, 'a program': 100_000 });
    await chmod(join(folder, 'a program'), 0o755);
    for (const name of ['a file', 'a program']) {
      const path = join(folder, name);
      const { info } = await createInfo(await scanContent(path), { pieceLength: 32 * KiB });
      expect(Buffer.from(info)).toEqual(Buffer.from(libtorrentInfo(path, 32 * KiB, false)));
    }
  });

  test('the torrent file says to libtorrent what it says to us', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, tree);
    const { info, infoHash, size } = await createInfo(await scanContent(folder), { private: true });
    const path = `${folder}.torrent`;
    await writeFile(
      path,
      encodeTorrent({
        info,
        trackers: [['http://a/announce', 'udp://a:1/announce'], ['http://b/announce']],
        webSeeds: ['http://w/files/'],
        comment: 'Grüße',
        createdBy: 'everseed/1',
        creationDate: 1_700_000_000,
      }),
    );
    const read = libtorrentRead(path);
    // libtorrent shuffles the trackers of a tier.
    expect({ ...read, trackers: read.trackers.toSorted() }).toMatchObject({
      infoHash: Buffer.from(infoHash).toString('hex'),
      name: 'folder',
      size,
      pieceLength: 16 * KiB,
      private: true,
      comment: 'Grüße',
      createdBy: 'everseed/1',
      creationDate: 1_700_000_000,
      files: Object.entries(tree).map(([name, length]) => [`folder/${name}`, length]),
      trackers: [
        [0, 'http://a/announce'],
        [0, 'udp://a:1/announce'],
        [1, 'http://b/announce'],
      ],
      webSeeds: ['http://w/files/'],
    });
  });
});
