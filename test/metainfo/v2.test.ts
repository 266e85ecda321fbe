import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Encodable, encode } from '../../source/bencode/encode.ts';
import { type Info, parseInfo } from '../../source/metainfo/info.ts';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { parseMagnet } from '../../source/metainfo/magnet-parse.ts';
import { leafHashes, merkleRoot } from '../../source/metainfo/merkle.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';
import { hasLibtorrent } from './libtorrent-oracle.ts';
import { type LibtorrentTorrent, libtorrentTorrent } from './libtorrent-torrents.ts';

const root = new Uint8Array(32).fill(5);
const leaf = (length: number, more: object = {}) => ({
  '': { length, 'pieces root': root, ...more },
});
const v2 = (tree: Encodable, more: object = {}) => ({
  'file tree': tree,
  'meta version': 2,
  name: 'folder',
  'piece length': 16384,
  ...more,
});
const v1Part = (files: Encodable[], pieces: number) => ({
  files,
  pieces: new Uint8Array(20 * pieces),
});

describe('a v2 info dictionary', () => {
  test('is read in the order of its tree', () => {
    const info = parseInfo(
      encode(
        v2({
          a: { 'b c': leaf(40_000, { attr: 'xh' }), d: { '': { length: 0 } } },
          e: leaf(5),
          l: { '': { attr: 'l', 'symlink path': ['a', 'd'] } },
        }),
      ),
    );
    expect(info).toMatchObject({
      version: 'v2',
      kind: 'folder',
      size: 40_005,
      contentSize: 40_005,
      pieceCount: 4,
      pieces: null,
    });
    expect(info.files).toMatchObject([
      { path: ['a', 'b c'], length: 40_000, executable: true, hidden: true, piecesRoot: root },
      { path: ['a', 'd'], length: 0, piecesRoot: null },
      { path: ['e'], length: 5, executable: false, symlink: null },
      { path: ['l'], symlink: ['a', 'd'] },
    ]);
  });

  test('is a single file when the only file has its name', () => {
    expect(parseInfo(encode(v2({ folder: leaf(1) }))).kind).toBe('file');
    expect(parseInfo(encode(v2({ other: leaf(1) }))).kind).toBe('folder');
    expect(parseInfo(encode(v2({ folder: { folder: leaf(1) } }))).kind).toBe('folder');
  });

  test.each<[string, Encodable, string]>([
    ['no tree', { ...v2({}), 'file tree': undefined }, 'file tree is missing'],
    ['an empty tree', v2({}), 'no content'],
    ['a tree that is a file', v2(leaf(1)), '""'],
    ['a node that is none', v2({ a: 1 }), 'no dictionary'],
    ['a file that is none', v2({ a: { '': 1 } }), 'not a dictionary'],
    ['a file that is a folder', v2({ a: { ...leaf(1), b: leaf(1) } }), 'also a folder'],
    ['a name that leads up', v2({ '..': { a: leaf(1) } }), '".."'],
    ['a name with a slash', v2({ 'a/b': leaf(1) }), '"a/b"'],
    ['no length', v2({ a: { '': { 'pieces root': root } } }), 'length'],
    ['no root', v2({ a: { '': { length: 1 } } }), 'pieces root'],
    ['a short root', v2({ a: leaf(1, { 'pieces root': 'x' }) }), 'pieces root'],
    ['padding', v2({ a: leaf(1, { attr: 'p' }) }), 'padding'],
    ['an odd piece length', v2({ a: leaf(1) }, { 'piece length': 20_000 }), 'power of two'],
    ['a small piece length', v2({ a: leaf(1) }, { 'piece length': 8192 }), 'power of two'],
  ])('refuses %s', (_, value, text) => {
    expect(() => parseInfo(encode(value))).toThrow(MetainfoError);
    expect(() => parseInfo(encode(value))).toThrow(text);
  });

  test('refuses two keys that are one name in UTF-8', () => {
    const tree = new Map([
      ['\xfe', leaf(1)],
      ['\xff', leaf(1)],
    ]);
    expect(() => parseInfo(encode(v2(tree)))).toThrow('two of its files');
  });
});

describe('a hybrid info dictionary', () => {
  const tree = { a: leaf(5), b: leaf(20_000) };
  const pad = { attr: 'p', length: 16379, path: ['.pad', '16379'] };
  const a = { length: 5, path: ['a'] };
  const b = { length: 20_000, path: ['b'] };

  test('is read whole', () => {
    const info = parseInfo(encode(v2(tree, v1Part([a, pad, b], 3))));
    expect(info).toMatchObject({ version: 'hybrid', size: 36_384, contentSize: 20_005 });
    expect(info.files.map(({ piecesRoot }) => piecesRoot)).toEqual([root, null, root]);
    expect(info.pieceCount).toBe(3);
  });

  test.each<[string, Encodable[], number, string]>([
    ['a file too few', [a], 1, '"b" is not among its v1 files'],
    [
      'a file too many',
      [a, pad, b, { length: 0, path: ['c'] }],
      3,
      '"c" is not among its v2 files',
    ],
    ['another order', [b, { ...pad, length: 12_768 }, a], 3, 'file 1 is "b" in v1'],
    ['another length', [{ length: 6, path: ['a'] }, pad, b], 3, '6 bytes in v1 and 5 in v2'],
    ['no padding', [a, b], 2, 'padding is wrong'],
    ['a piece of padding', [a, { ...pad, length: 32_763 }, b], 4, '4 pieces in v1 and 3 in v2'],
    ['wrong padding', [a, { ...pad, length: 9 }, b], 2, 'padding is wrong'],
  ])('refuses %s', (_, files, pieces, text) => {
    const bytes = encode(v2(tree, v1Part(files, pieces)));
    expect(() => parseInfo(bytes)).toThrow(MetainfoError);
    expect(() => parseInfo(bytes)).toThrow(text);
  });
});

describe('piece layers', () => {
  const hashes = leafHashes(new Uint8Array(40_000).fill(1));
  const filesRoot = merkleRoot(hashes);
  const key = Buffer.from(filesRoot).toString('latin1');
  const info = v2({ a: leaf(40_000, { 'pieces root': filesRoot }) });
  const torrent = (layers: Encodable) => encode({ info, 'piece layers': layers });

  test('are read where a file is longer than a piece', () => {
    const { pieceLayers, infoHash, infoHashV2 } = parseTorrent(torrent(new Map([[key, hashes]])));
    expect([...pieceLayers]).toEqual([[Buffer.from(filesRoot).toString('hex'), hashes]]);
    expect(infoHash).toBeNull();
    expect(infoHashV2?.length).toBe(32);
  });

  test.each<[string, Encodable, string]>([
    ['none', {}, 'is missing'],
    ['no dictionary', 1, 'is missing'],
    ['one too short', new Map([[key, hashes.subarray(32)]]), '64 bytes instead of 96'],
    ['one that is of another', new Map([[key, new Uint8Array(96)]]), 'does not belong'],
    ['one that is no string', new Map([[key, 1]]), 'is missing'],
  ])('refuses %s', (_, layers, text) => {
    expect(() => parseTorrent(torrent(layers))).toThrow(MetainfoError);
    expect(() => parseTorrent(torrent(layers))).toThrow(text);
  });

  test('damaged v2 torrents never cause anything but a MetainfoError', () => {
    const whole = torrent(new Map([[key, hashes]]));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          parseTorrent(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MetainfoError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('of an absurd length are refused without being computed', () => {
    const large = v2({ a: leaf(Number.MAX_SAFE_INTEGER) });
    expect(() => parseTorrent(encode({ info: large, 'piece layers': {} }))).toThrow('missing');
  });
});

const hexOf = (bytes: Uint8Array | null) => bytes && infoHashHex(bytes);
const zeroRoot = '0'.repeat(64);

/** Without the padding that libtorrent imagines between v2 files, where there is none. */
function filesIn({ files, infoHash }: LibtorrentTorrent) {
  return infoHash === null ? files.filter(({ padding }) => !padding) : files;
}

function asLibtorrentSays(info: Info) {
  return info.files.map(({ path, length, padding, piecesRoot }) => ({
    path: (info.kind === 'file' ? path : [info.name, ...path]).join('/'),
    length,
    padding,
    piecesRoot: info.version === 'v1' ? null : (hexOf(piecesRoot) ?? zeroRoot),
  }));
}

describe.skipIf(!hasLibtorrent)(
  'what libtorrent makes (skipped without python3-libtorrent)',
  () => {
    const shapes: Record<string, Record<string, number>> = {
      'a folder': { a: 40_000, 'sub/b': 20_000, 'sub/deep/é ü/ファイル': 1, z: 100_000 },
      'empty files': { a: 0, b: 16_384, 'c/d': 0, e: 5, f: 0 },
      'whole pieces': { a: 16_384, b: 65_536, c: 32_768 },
      'one file in a folder': { only: 50_000 },
      'a folder of its own name': { content: 10 },
      'bytes around a piece': { a: 65_535, b: 65_536, c: 65_537, d: 16_385 },
    };
    const versions = ['v1', 'v2', 'hybrid'] as const;
    // libtorrent reads a v2 tree of one file as that file alone, whatever the torrent's name.
    const isReadOtherwise = (version: string, shape: string) =>
      version === 'v2' && shape === 'one file in a folder';
    const cases = Object.keys(shapes).flatMap((shape) =>
      versions
        .filter((version) => !isReadOtherwise(version, shape))
        .flatMap((version) => [16_384, 65_536].map((length) => [version, shape, length] as const)),
    );

    test.each(cases)('%s: %s, pieces of %i', async (version, shape, pieceLength) => {
      const folder = join(await temporaryFolder(), 'content');
      await writeFiles(folder, shapes[shape] ?? {});
      const theirs = libtorrentTorrent(folder, version, { pieceLength });
      const ours = parseTorrent(theirs.bytes);
      expect(hexOf(ours.infoHash)).toBe(theirs.infoHash);
      expect(hexOf(ours.infoHashV2)).toBe(theirs.infoHashV2);
      expect(ours.info).toMatchObject({ version, name: theirs.name, pieceLength });
      expect(asLibtorrentSays(ours.info)).toEqual(filesIn(theirs));
      expect(ours.info.pieceCount).toBe(theirs.pieceCount);
      expect(parseMagnet(theirs.magnet)).toMatchObject({
        infoHash: ours.infoHash,
        infoHashV2: ours.infoHashV2,
        name: ours.info.name,
        trackers: ours.trackers.flat(),
        webSeeds: ours.webSeeds,
      });
      expect(ours).toMatchObject({
        trackers: [['http://tracker.example/announce'], ['udp://tracker.example:1']],
        webSeeds: ['http://seed.example/'],
        nodes: [{ host: 'router.example', port: 6881 }],
        comment: 'ein Kommentar €',
      });
    });

    test.each(versions)('%s: a single file', async (version) => {
      const folder = await temporaryFolder();
      await writeFiles(folder, { 'a file': 100_001 });
      const theirs = libtorrentTorrent(join(folder, 'a file'), version);
      const { info } = parseTorrent(theirs.bytes);
      expect(info.kind).toBe('file');
      expect(asLibtorrentSays(info)).toEqual(filesIn(theirs));
    });

    test.each(versions)('%s: executable files and links', async (version) => {
      const folder = join(await temporaryFolder(), 'content');
      await writeFiles(folder, { program: 20_000, 'sub/file': 5 });
      await chmod(join(folder, 'program'), 0o755);
      await symlink('../program', join(folder, 'sub/link'));
      const { info } = parseTorrent(libtorrentTorrent(folder, version, { symlinks: true }).bytes);
      const byPath = new Map(info.files.map((file) => [file.path.join('/'), file]));
      expect(byPath.get('program')?.executable).toBe(true);
      expect(byPath.get('sub/link')?.symlink).toEqual(['..', 'program']);
      expect(byPath.get('sub/file')?.symlink).toBeNull();
    });
  },
);
