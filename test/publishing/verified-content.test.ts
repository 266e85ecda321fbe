import { rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FileRow } from '../../source/catalog/rows.ts';
import { scanContent } from '../../source/metainfo/content.ts';
import { createInfo } from '../../source/metainfo/create.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';
import type { FoundFile } from '../../source/metainfo/verifying/inspect-files.ts';
import { verifyContent } from '../../source/metainfo/verifying/verify.ts';
import {
  concludeVerification,
  createSuspicion,
  rowOf,
} from '../../source/publishing/verified-content.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from '../metainfo/content-on-disk.ts';

/** v1 content of three files in five pieces of 16 KiB: 0-2 have bytes of a, 2-3 of b, 3-4 of c. */
async function content() {
  const folder = join(await temporaryFolder(), 'content');
  await writeFiles(folder, { a: 40_000, b: 20_000, c: 20_000 });
  const { info } = await createInfo(await scanContent(folder), { pieceLength: 16_384 });
  const torrent = parseTorrent(encodeTorrent({ info, trackers: [] }));
  const verify = (isWanted?: (found: FoundFile) => boolean) =>
    verifyContent(torrent, folder, { ...(isWanted && { isWanted }) });
  const known = (await verify()).files.flatMap((file) => rowOf(file) ?? []);
  expect(known).toHaveLength(3);
  const conclude = async (
    badBefore: number[] = [],
    isWanted?: (found: FoundFile) => boolean,
    files: FileRow[] = known,
  ) => concludeVerification(await verify(isWanted), files, badBefore);
  return { at: (name: string) => join(folder, name), known, conclude };
}

/** Writes other bytes; the clock of a file system may not have gone on since the file was written. */
async function rewrite(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes);
  await utimes(path, 5, 5);
}

test('what is as it was has nothing to be noted, and is good again', async () => {
  const { conclude } = await content();
  expect(await conclude([1, 3])).toEqual({ files: new Map(), badPieces: [] });
});

test('a file that was only touched is known by its new time', async () => {
  const { at, known, conclude } = await content();
  await utimes(at('b'), 5, 5);
  const { files, badPieces } = await conclude();
  expect(badPieces).toEqual([]);
  expect(files).toEqual(new Map([[1, { ...known[1], modifiedMs: 5_000 }]]));
});

test('of a file that was rewritten, the pieces that are wrong are bad', async () => {
  const { at, conclude } = await content();
  await rewrite(at('b'), Buffer.alloc(20_000));
  const { files, badPieces } = await conclude();
  expect(badPieces).toEqual([2, 3]);
  expect([...files.keys()]).toEqual([1]);
});

test('what is missing is as good as it was when it is back', async () => {
  const { at, conclude } = await content();
  await rename(at('b'), at('elsewhere'));
  expect(await conclude()).toEqual({ files: new Map(), badPieces: [] });
  expect(await conclude([0, 3])).toEqual({ files: new Map(), badPieces: [3] });
});

test('but not where the file beside it is another one now', async () => {
  const { at, conclude } = await content();
  await rm(at('b'));
  await rewrite(at('a'), Buffer.alloc(40_000));
  const { files, badPieces } = await conclude();
  expect(badPieces).toEqual([0, 1, 2]);
  expect([...files.keys()]).toEqual([0]);
});

test('a file that was cut is known with what is left of it', async () => {
  const { at, known, conclude } = await content();
  await truncate(at('a'), 20_000);
  const { files, badPieces } = await conclude();
  expect(badPieces).toEqual([1, 2]);
  expect(files.get(0)).toMatchObject({ length: 40_000, onDisk: 20_000 });
  // the next time as well
  const now = [...files.values(), ...known.slice(1)];
  expect(await conclude(badPieces, undefined, now)).toEqual({ files: new Map(), badPieces });
});

test('what was not asked for is as it was known', async () => {
  const { at, conclude } = await content();
  await utimes(at('a'), 5, 5);
  await utimes(at('c'), 5, 5);
  const isWanted = ({ file }: FoundFile) => file.path[0] === 'c';
  const { files, badPieces } = await conclude([0, 4], isWanted);
  expect(badPieces).toEqual([0]);
  expect([...files.keys()]).toEqual([2]);
});

test('a file is suspect that is not as it is known, or was written after it was published', () => {
  const known = { path: '/a', length: 9, modifiedMs: 1_000, inode: '7' };
  const found: FoundFile = {
    file: {
      path: ['a'],
      length: 9,
      padding: false,
      executable: false,
      hidden: false,
      symlink: null,
      piecesRoot: null,
    },
    path: '/a',
    onDisk: 9,
    modifiedMs: 1_000,
    inode: '7',
    isOther: false,
  };
  const isSuspect = createSuspicion([known], 5_000);
  for (const change of [{}, { inode: null }, { path: '/b' }]) {
    expect(isSuspect({ ...found, ...change })).toBe(false);
  }
  for (const change of [{ onDisk: 8 }, { modifiedMs: 1_002 }, { inode: '8' }, { onDisk: null }]) {
    expect(isSuspect({ ...found, ...change })).toBe(true);
  }
  const verified = { ...found, modifiedMs: 6_000 };
  expect(createSuspicion([{ ...known, modifiedMs: 6_000 }], 5_000)(verified)).toBe(true);
});
