import { createHash } from 'node:crypto';
import { appendFileSync, rmSync, utimesSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encode } from '../../../source/bencode/encode.ts';
import { scanContent } from '../../../source/metainfo/content.ts';
import { createInfo } from '../../../source/metainfo/create.ts';
import { leafHashes, merkleRoot } from '../../../source/metainfo/merkle.ts';
import {
  encodeTorrent,
  parseTorrent,
  type Torrent,
} from '../../../source/metainfo/torrent-file.ts';
import { type HashProgress, verifyContent } from '../../../source/metainfo/verifying/verify.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeFiles } from '../content-on-disk.ts';
import { hasLibtorrent } from '../libtorrent-oracle.ts';
import { libtorrentTorrent } from '../libtorrent-torrents.ts';

const lengths = { a: 40_000, 'b/c': 16_384, 'b/d': 100_000, empty: 0, z: 5 };

/** Content on disk, and its v1 torrent; pieces of 16 KiB. */
async function v1Content(): Promise<{ folder: string; torrent: Torrent }> {
  const folder = join(await temporaryFolder(), 'content');
  await writeFiles(folder, lengths);
  const { info } = await createInfo(await scanContent(folder), { pieceLength: 16_384 });
  return { folder, torrent: parseTorrent(encodeTorrent({ info, trackers: [] })) };
}

/** Changes one byte of a file. */
async function damage(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset] = ~(bytes[offset] ?? 0);
  await writeFile(path, bytes);
}

const statuses = async (torrent: Torrent, path: string) => {
  const { files } = await verifyContent(torrent, path);
  return Object.fromEntries(files.map(({ path, status }) => [path.join('/'), status]));
};

const allGood = { a: 'good', 'b/c': 'good', 'b/d': 'good', empty: 'good', z: 'good' };

describe('verifyContent, v1', () => {
  test('finds content whole, at its path and in a folder of downloads', async () => {
    const { folder, torrent } = await v1Content();
    for (const path of [folder, join(folder, '..')]) {
      expect(await verifyContent(torrent, path)).toMatchObject({
        whole: true,
        contentPath: folder,
        goodPieces: 10,
        wrongPieces: [],
        missingPieces: [],
      });
    }
    expect(await statuses(torrent, folder)).toEqual(allGood);
  });

  test('finds a changed byte, in the pieces of its file alone', async () => {
    const { folder, torrent } = await v1Content();
    await damage(join(folder, 'a'), 20_000);
    const result = await verifyContent(torrent, folder);
    expect(result).toMatchObject({ whole: false, wrongPieces: [1], missingPieces: [] });
    expect(await statuses(torrent, folder)).toEqual({ ...allGood, a: 'wrong' });
    expect(result.files[0]).toMatchObject({ pieces: 3, goodPieces: 2 });
  });

  test('reads the pieces of some files alone, when it is told', async () => {
    const { folder, torrent } = await v1Content();
    await damage(join(folder, 'a'), 0);
    await damage(join(folder, 'b/d'), 99_999);
    const isWanted = ({ file }: { file: { path: string[] } }) => file.path.at(-1) === 'd';
    const progress: HashProgress[] = [];
    const onProgress = (one: HashProgress) => progress.push(one);
    // piece 3 is of b/c and b/d
    const result = await verifyContent(torrent, folder, { isWanted, onProgress });
    expect(result).toMatchObject({
      whole: false,
      wrongPieces: [9],
      missingPieces: [],
      skippedPieces: [0, 1, 2],
    });
    expect(progress.at(-1)?.hashedBytes).toBeLessThanOrEqual(progress.at(-1)?.totalBytes ?? 0);
  });

  test('finds what is missing, short and long; and what shares pieces with that', async () => {
    const { folder, torrent } = await v1Content();
    await truncate(join(folder, 'a'), 20_000);
    await appendFile(join(folder, 'z'), 'x');
    await rm(join(folder, 'empty'));
    expect(await verifyContent(torrent, folder)).toMatchObject({
      goodPieces: 8,
      missingPieces: [1, 2],
      wrongPieces: [],
    });
    expect(await statuses(torrent, folder)).toEqual({
      a: 'short',
      'b/c': 'unproven',
      'b/d': 'good',
      empty: 'missing',
      z: 'long',
    });
  });

  test('finds nothing where there is nothing', async () => {
    const { folder, torrent } = await v1Content();
    const result = await verifyContent(torrent, join(folder, 'nowhere'));
    expect(result).toMatchObject({ whole: false, goodPieces: 0 });
    expect(new Set(result.files.map(({ status }) => status))).toEqual(new Set(['missing']));
  });

  test('takes a folder for no file', async () => {
    const { folder, torrent } = await v1Content();
    await rm(join(folder, 'z'));
    await mkdir(join(folder, 'z'));
    expect(await statuses(torrent, folder)).toEqual({ ...allGood, z: 'wrong', 'b/d': 'unproven' });
  });

  test('finds a single file, by its path and in its folder', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { file: 40_000 });
    const { info } = await createInfo(await scanContent(join(folder, 'file')));
    const torrent = parseTorrent(encodeTorrent({ info, trackers: [] }));
    expect((await verifyContent(torrent, folder)).whole).toBe(true);
    await rename(join(folder, 'file'), join(folder, 'other'));
    expect((await verifyContent(torrent, join(folder, 'other'))).whole).toBe(true);
  });

  test('takes any piece length', async () => {
    const folder = await temporaryFolder();
    const bytes = await writeFiles(folder, { file: 2_500_000 });
    for (const pieceLength of [999_983, 2_000_000, 2 ** 40]) {
      const hashes: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += pieceLength) {
        hashes.push(
          createHash('sha1')
            .update(bytes.subarray(at, at + pieceLength))
            .digest(),
        );
      }
      const info = encode({
        length: bytes.length,
        name: 'file',
        'piece length': pieceLength,
        pieces: Buffer.concat(hashes),
      });
      const torrent = parseTorrent(encodeTorrent({ info, trackers: [] }));
      expect(await verifyContent(torrent, folder)).toMatchObject({ whole: true });
    }
  });

  test('reports progress to the end', async () => {
    const { folder, torrent } = await v1Content();
    const seen: HashProgress[] = [];
    await verifyContent(torrent, folder, { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toMatchObject({ hashedBytes: 0, totalBytes: 156_389, hashedFiles: 0 });
    const end = { hashedBytes: 156_389, secondsLeft: 0, hashedFiles: 5, totalFiles: 5 };
    expect(seen.at(-1)).toMatchObject(end);
  });

  test.each<[string, (path: string) => void]>([
    ['time', (path) => utimesSync(path, 1000, 1000)],
    ['size', (path) => appendFileSync(path, 'more')],
    ['place', (path) => rmSync(path)],
  ])('says which file changed its %s while it was read', async (_, change) => {
    const { folder, torrent } = await v1Content();
    let isBegun = false;
    const result = await verifyContent(torrent, folder, {
      onProgress() {
        if (!isBegun) change(join(folder, 'b/d'));
        isBegun = true;
      },
    });
    expect(result.whole).toBe(false);
    const changed = result.files.filter(({ status }) => status === 'changed');
    expect(changed.map(({ path }) => path.join('/'))).toEqual(['b/d']);
  });

  test('ends at once when cancelled', async () => {
    const { folder, torrent } = await v1Content();
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(verifyContent(torrent, folder, { signal })).rejects.toBe(reason);
  });
});

describe('verifyContent, v2', () => {
  test('a short file of fewer blocks than a piece has is hashed no wider than it is', async () => {
    const folder = await temporaryFolder();
    const bytes = await writeFiles(folder, { file: 40_000 });
    const root = merkleRoot(leafHashes(bytes));
    const torrent = parseTorrent(
      encode({
        info: {
          'file tree': { file: { '': { length: 40_000, 'pieces root': root } } },
          'meta version': 2,
          name: 'file',
          'piece length': 2 ** 20,
        },
      }),
    );
    expect((await verifyContent(torrent, folder)).whole).toBe(true);
    await damage(join(folder, 'file'), 39_999);
    expect((await verifyContent(torrent, folder)).wrongPieces).toEqual([0]);
  });

  test('a hybrid whose v1 pieces are of other content is not whole', async () => {
    const folder = await temporaryFolder();
    const bytes = await writeFiles(folder, { file: 10 });
    const torrent = parseTorrent(
      encode({
        info: {
          'file tree': {
            file: { '': { length: 10, 'pieces root': merkleRoot(leafHashes(bytes)) } },
          },
          length: 10,
          'meta version': 2,
          name: 'file',
          'piece length': 16384,
          pieces: new Uint8Array(20),
        },
      }),
    );
    expect(await verifyContent(torrent, folder)).toMatchObject({ whole: false, wrongPieces: [0] });
  });
});

describe('verifyContent, links that are kept', () => {
  test.each(['v1', 'v2', 'hybrid'] as const)(
    'finds them where they lead, by whatever words: %s',
    async (format) => {
      const folder = join(await temporaryFolder(), 'content');
      await writeFiles(folder, lengths);
      const links = {
        'b/near': 'c',
        'b/up': '../a',
        'b/winding': '.././b/d',
        'b/whole': `${folder}/z`,
      };
      for (const [path, words] of Object.entries(links)) await symlink(words, join(folder, path));
      const content = await scanContent(folder, { symlinks: 'keep' });
      const created = await createInfo(content, { format, pieceLength: 16_384 });
      const torrent = parseTorrent(encodeTorrent({ ...created, trackers: [] }));
      expect(await verifyContent(torrent, folder)).toMatchObject({ whole: true });

      await rm(join(folder, 'b/near'));
      await symlink('d', join(folder, 'b/near'));
      const found = await statuses(torrent, folder);
      expect(found).toMatchObject({ 'b/near': 'wrong', 'b/up': 'good', 'b/winding': 'good' });
    },
  );
});

describe.skipIf(!hasLibtorrent)(
  'what libtorrent makes (skipped without python3-libtorrent)',
  () => {
    const cases = (['v1', 'v2', 'hybrid'] as const).flatMap((version) =>
      [16_384, 65_536, 2 ** 21].map((pieceLength) => ({ version, pieceLength })),
    );

    test.each(cases)('$version, pieces of $pieceLength', async ({ version, pieceLength }) => {
      const folder = join(await temporaryFolder(), 'content');
      await writeFiles(folder, { ...lengths, 'ü/large': 3_000_000, 'ü/whole': 65_536 });
      await symlink('large', join(folder, 'ü/link'));
      const { bytes } = libtorrentTorrent(folder, version, { pieceLength, symlinks: true });
      const torrent = parseTorrent(bytes);
      expect(await verifyContent(torrent, folder)).toMatchObject({
        whole: true,
        goodPieces: torrent.info.pieceCount,
      });
      await damage(join(folder, 'ü/large'), 2_999_999);
      await rm(join(folder, 'ü/link'));
      await symlink('whole', join(folder, 'ü/link'));
      const result = await verifyContent(torrent, folder);
      expect(result.wrongPieces.length).toBe(1);
      const found = Object.fromEntries(
        result.files.map(({ path, status }) => [path.join('/'), status]),
      );
      expect(found).toMatchObject({ 'ü/large': 'wrong', 'ü/link': 'wrong' });
      if (version !== 'v1') expect(found).toMatchObject({ ...allGood, 'ü/whole': 'good' });
    });
  },
);
