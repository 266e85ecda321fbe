import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDictionary } from '../../source/bencode/decode.ts';
import { getDictionary, getList } from '../../source/bencode/dictionary.ts';
import { scanContent } from '../../source/metainfo/content.ts';
import { createInfo, planInfo, type TorrentFormat } from '../../source/metainfo/create.ts';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { encodeTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';
import { hasLibtorrent, libtorrentCreate, libtorrentRead } from './libtorrent-oracle.ts';

const KiB = 1024;
const formats = ['v1', 'v2', 'hybrid'] as const;

/** Makes a torrent of a path with both programs, and expects the same of both. */
async function expectSame(path: string, pieceLengths: readonly number[]): Promise<void> {
  const orders = formats.flatMap((format) =>
    pieceLengths.map((pieceLength) => ({ path, pieceLength, format })),
  );
  const theirs = libtorrentCreate(orders);
  const content = await scanContent(path);
  for (const [index, { format, pieceLength }] of orders.entries()) {
    const ours = await createInfo(content, { format, pieceLength });
    expect(Buffer.from(ours.info)).toEqual(theirs[index]?.info);
    expect(inHex(ours.pieceLayers ?? new Map())).toEqual(inHex(theirs[index]?.pieceLayers));
    expect(planInfo(content, { format, pieceLength }).pieceCount).toBe(ours.pieceCount);
  }
}

/** Of layers, so that a difference can be read, and is found where two files are the same. */
function inHex(layers: ReadonlyMap<string, Uint8Array> = new Map()): Record<string, string> {
  return Object.fromEntries(
    [...layers].map(([root, layer]) => [root, Buffer.from(layer).toString('hex')]),
  );
}

describe.skipIf(!hasLibtorrent)('beside libtorrent (skipped without python3-libtorrent)', () => {
  const borders = [1, 16, 17, 32, 48, 64, 65, 128].flatMap((n) => [
    n * 16 * KiB - 1,
    n * 16 * KiB,
    n * 16 * KiB + 1,
  ]);

  test('single files of sizes around the borders of blocks and pieces', async () => {
    const folder = await temporaryFolder();
    for (const length of [1, 100, ...borders]) {
      await writeFiles(folder, { [`file ${length}`]: length });
    }
    for (const length of [1, 100, ...borders]) {
      await expectSame(join(folder, `file ${length}`), [16 * KiB, 64 * KiB, 1024 * KiB]);
    }
  });

  test('a folder of files of all those sizes', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, Object.fromEntries(borders.map((length) => [`${length}`, length])));
    await expectSame(folder, [16 * KiB, 64 * KiB, 1024 * KiB, 4096 * KiB]);
  });

  test('empty files, Unicode, folders in canonical order, executables, the same twice', async () => {
    const folder = join(await temporaryFolder(), 'Gr\u00fc\u00dfe \ufffd \u{1f600}');
    await writeFiles(folder, {
      '.hidden': 3,
      'a/b/c': 1,
      'a/z': 40_000,
      'a-/y': 16 * KiB - 1,
      'a.txt': 70_000,
      empty: 0,
      '\u00e4/\ufffd': 7,
      '\u00e4/\u{1f600}': 100_000,
      z: 0,
    });
    await mkdir(join(folder, 'twice'));
    for (const name of ['1', '2']) {
      await writeFile(join(folder, 'twice', name), Buffer.alloc(50_000, 1));
    }
    await chmod(join(folder, 'a.txt'), 0o755);
    await chmod(join(folder, 'empty'), 0o755);
    await expectSame(folder, [16 * KiB, 32 * KiB, 1024 * KiB]);
  });

  test('a folder with one file, alone or beside empty ones', async () => {
    const parent = await temporaryFolder();
    const trees = [{ 'sub/a': 5 }, { a: 5, b: 0 }, { a: 0, b: 5 }, { a: 0, b: 40_000, c: 0 }];
    for (const [index, tree] of trees.entries()) {
      const folder = join(parent, String(index));
      await writeFiles(folder, tree);
      await expectSame(folder, [16 * KiB, 32 * KiB]);
    }
  });

  test('trees of any shape', { timeout: 120_000 }, async () => {
    const name = fc.constantFrom('a', 'A', 'b', '0', 'a-', 'a.', '\u00e9', '\u{1f600}', '\uffee');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    const near = fc
      .tuple(fc.nat({ max: 9 }), fc.integer({ min: -2, max: 2 }))
      .map(([blocks, off]) => Math.max(0, blocks * 16 * KiB + off));
    const tree = fc
      .uniqueArray(fc.tuple(path, near), { minLength: 1, maxLength: 8, selector: ([p]) => p })
      .map((files) => files.filter(([p]) => !files.some(([other]) => other.startsWith(`${p}/`))))
      .filter((files) => files.some(([, length]) => length > 0));
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const folder = join(await temporaryFolder(), 'tree');
        await writeFiles(folder, Object.fromEntries(files));
        await expectSame(folder, [16 * KiB, 32 * KiB, 64 * KiB]);
      }),
      { numRuns: 40 },
    );
  });

  test.each(formats)('libtorrent loads a %s torrent', async (format) => {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, { a: 100_000, 'b/c': 5, empty: 0 });
    const created = await createInfo(await scanContent(folder), { format, pieceLength: 32 * KiB });
    const torrent = `${folder}.torrent`;
    const { info, pieceLayers } = created;
    const nodes = [{ host: 'node.example', port: 6881 }];
    await writeFile(
      torrent,
      encodeTorrent({ info, pieceLayers, trackers: [['udp://a:1']], nodes }),
    );
    const hex = (hash: Uint8Array | null) => hash && infoHashHex(hash);
    expect(libtorrentRead(torrent)).toMatchObject({
      infoHash: hex(created.infoHash),
      infoHashV2: hex(created.infoHashV2),
      name: 'folder',
      nodes: [['node.example', 6881]],
    });
  });

  test('libtorrent finds kept links where they lead', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, { a: 20_000, 'sub/b': 5 });
    await symlink('../a', join(folder, 'sub/link'));
    await symlink('sub', join(folder, 'to-folder'));
    const content = await scanContent(folder, { symlinks: 'keep' });
    for (const format of formats) {
      const { info, pieceLayers } = await createInfo(content, { format });
      const torrent = `${folder}.torrent`;
      await writeFile(torrent, encodeTorrent({ info, pieceLayers, trackers: [] }));
      expect(libtorrentRead(torrent)).toMatchObject({
        symlinks: [
          ['folder/sub/link', 'folder/a'],
          ['folder/to-folder', 'folder/sub'],
        ],
      });
    }
  });
});

describe('createInfo', () => {
  async function keysOf(format: TorrentFormat, more: object = {}): Promise<string[]> {
    const folder = await temporaryFolder();
    await writeFiles(folder, { a: 5, b: 5 });
    const { info } = await createInfo(await scanContent(folder), { format, ...more });
    return [...decodeDictionary(info).dictionary.keys()];
  }

  test('writes the keys of the format, and no others', async () => {
    const v1 = ['files', 'name', 'piece length', 'pieces'];
    const v2 = ['file tree', 'meta version', 'name', 'piece length'];
    expect(await keysOf('v1')).toEqual(v1);
    expect(await keysOf('v2')).toEqual(v2);
    expect(await keysOf('hybrid')).toEqual([...new Set([...v1, ...v2])].sort());
  });

  test('writes what BEP 38 and BEP 39 have in the info dictionary', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { a: 5 });
    const similar = [new Uint8Array(20).fill(7)];
    const { info } = await createInfo(await scanContent(folder), {
      similar,
      collections: ['one', 'two'],
      updateUrl: 'http://u/',
    });
    const { dictionary } = decodeDictionary(info);
    expect(getList(dictionary, 'similar')).toEqual(similar);
    expect(getList(dictionary, 'collections')?.map(String)).toHaveLength(2);
    expect(Buffer.from(info).toString('latin1')).toContain('10:update-url9:http://u/');
    expect(await keysOf('v1', { similar: [], collections: [] })).not.toContain('similar');
  });

  test('a single file is in the tree under the name it is given', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { file: 5 });
    const content = await scanContent(join(folder, 'file'));
    const { info } = await createInfo(content, { format: 'v2', name: 'N\u00e4me' });
    const tree = getDictionary(decodeDictionary(info).dictionary, 'file tree');
    expect([...(tree?.keys() ?? [])]).toEqual([Buffer.from('N\u00e4me').toString('latin1')]);
  });

  test('a hybrid of small files has shorter pieces than others of its size', async () => {
    const folder = await temporaryFolder();
    const MiB = 1024 * KiB;
    const small = Array.from({ length: 1200 }, (_, index) => [`small/${index}`, 10]);
    await writeFiles(folder, { big: 33 * MiB, ...Object.fromEntries(small) });
    const content = await scanContent(folder);
    expect(planInfo(content).pieceLength).toBe(32 * KiB);
    expect(planInfo(content, { format: 'v2' }).pieceLength).toBe(32 * KiB);
    expect(planInfo(content, { format: 'hybrid' }).pieceLength).toBe(16 * KiB);
    expect(planInfo(content, { format: 'hybrid', pieceCount: 1100 }).pieceLength).toBe(32 * KiB);
    expect(planInfo(content, { format: 'hybrid', pieceLength: MiB }).pieceLength).toBe(MiB);
  });

  test('says which file is nested too deep for others to read', async () => {
    const deep = join(...Array.from({ length: 96 }, () => 'd'));
    const folder = await temporaryFolder();
    await writeFiles(folder, { [join(deep, 'file')]: 5 });
    const content = await scanContent(folder);
    expect((await createInfo(content)).pieceCount).toBe(1);
    await expect(createInfo(content, { format: 'v2' })).rejects.toMatchObject({
      code: 'content-too-deep',
      message: expect.stringContaining(join(deep, 'file')),
    });
  });

  test('the deepest it makes can be decoded again', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { [join(...Array.from({ length: 95 }, () => 'd'))]: 5 });
    const { info } = await createInfo(await scanContent(folder), { format: 'hybrid' });
    expect(() => decodeDictionary(encodeTorrent({ info, trackers: [] }))).not.toThrow();
  });
});
