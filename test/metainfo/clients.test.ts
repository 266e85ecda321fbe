import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import createTorrent from 'create-torrent';
import parseTorrentOfNpm from 'parse-torrent';
import { describe, expect, test } from 'vitest';
import { type Content, scanContent } from '../../source/metainfo/content.ts';
import { createInfo, type TorrentFormat } from '../../source/metainfo/create.ts';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { lint } from '../../source/metainfo/lint/lint.ts';
import { encodeMagnet } from '../../source/metainfo/magnet.ts';
import { surveyTorrent } from '../../source/metainfo/survey.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { verifyContent } from '../../source/metainfo/verifying/verify.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';
import { hasLibtorrent, libtorrentRead } from './libtorrent-oracle.ts';
import { libtorrentTorrent } from './libtorrent-torrents.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** Contents with what programs trip over. */
const contents = {
  'a single file': { name: 'ein Wörtchen.bin', files: { '': 100_000 } },
  'a file of whole pieces': { name: 'whole', files: { '': 65_536 } },
  'a tree': {
    name: 'a folder é',
    files: { 'sub/a': 50_000, empty: 0, b: 30_000, 'ü/日本語/한국어.dat': 16_384, 'z z': 1 },
  },
  'files of whole pieces': { name: 'pieces', files: { a: 16_384, b: 32_768 } },
  'empty files at both ends': { name: 'ends', files: { a: 0, b: 5, c: 20_000, d: 0 } },
  'a folder of one file': { name: 'folder', files: { 'only one': 20_000 } },
} as const;

type ContentName = keyof typeof contents;
const contentNames = Object.keys(contents) as ContentName[];

async function writeContent(which: ContentName): Promise<Content> {
  const { name, files } = contents[which];
  const path = join(await temporaryFolder(), name);
  const single = '' in files;
  await writeFiles(single ? join(path, '..') : path, single ? { [name]: files[''] } : files);
  return scanContent(path);
}

const tiers = [['http://a.example/announce', 'udp://a.example:1/announce'], ['http://b.example/']];
const webSeed = 'http://w.example/';
const comment = 'ein Kommentar';

/** Our torrent of a content, with all that a torrent can have around it. */
async function makeTorrent(content: Content, format: TorrentFormat) {
  const created = await createInfo(content, {
    format,
    pieceLength: 16_384,
    private: true,
    source: 'here',
  });
  const bytes = encodeTorrent({
    info: created.info,
    pieceLayers: created.pieceLayers,
    trackers: tiers,
    webSeeds: [webSeed],
    comment,
    createdBy: 'everseed',
    creationDate: 1_700_000_000,
  });
  const path = join(await temporaryFolder(), 'x.torrent');
  await writeFile(path, bytes);
  const { infoHash, infoHashV2, pieceCount } = created;
  return {
    path,
    bytes,
    pieceCount,
    infoHash: infoHash && infoHashHex(infoHash),
    infoHashV2: infoHashV2 && infoHashHex(infoHashV2),
  };
}

/** The files as clients tell them: below the name of the folder. */
const pathsOf = ({ kind, name, files }: Content) =>
  Array.from(files, ({ path }) => (kind === 'file' ? name : [name, ...path].join('/')));

describe.each(contentNames)('%s', (which) => {
  test.skipIf(!has('transmission-show'))(
    'is what Transmission reads in our v1 torrent (skipped without transmission-show)',
    async () => {
      const content = await writeContent(which);
      const { path, infoHash, pieceCount } = await makeTorrent(content, 'v1');
      const shown = execFileSync('transmission-show', [path], { encoding: 'utf8' });
      expect(shown).toContain(`Name: ${content.name}`);
      expect(shown).toContain(`Hash: ${infoHash}`);
      expect(shown).toContain(`Piece Count: ${pieceCount}`);
      expect(shown).toContain('Private torrent');
      for (const url of [...tiers.flat(), webSeed, comment]) expect(shown).toContain(url);
      for (const file of pathsOf(content)) expect(shown).toContain(`  ${file} (`);
    },
  );

  test.skipIf(!has('aria2c'))(
    'is what aria2 reads in our v1 torrent (skipped without aria2c)',
    async () => {
      const content = await writeContent(which);
      const { path, infoHash } = await makeTorrent(content, 'v1');
      const shown = execFileSync('aria2c', ['--show-files', path], { encoding: 'utf8' });
      expect(shown).toContain(`Info Hash: ${infoHash}`);
      expect(shown).toContain(`Name: ${content.name}`);
      expect(shown).toContain(`Mode: ${content.kind === 'file' ? 'single' : 'multi'}`);
      for (const file of pathsOf(content)) expect(shown).toContain(`|./${file}\n`);
    },
  );

  // It knows no v2, and takes hybrids for v1 torrents with padding.
  test.each(['v1', 'hybrid'] as const)(
    'is what parse-torrent reads in our %s torrent',
    async (format) => {
      const content = await writeContent(which);
      const { bytes, infoHash, pieceCount } = await makeTorrent(content, format);
      const read = await parseTorrentOfNpm(bytes);
      expect(read).toMatchObject({
        infoHash,
        name: content.name,
        private: true,
        comment,
        urlList: [webSeed],
        pieceLength: 16_384,
      });
      expect(read.announce.toSorted()).toEqual(tiers.flat().toSorted());
      expect(read.pieces).toHaveLength(pieceCount);
      const files = read.files.filter(({ path }) => !path.includes('/.pad/'));
      expect(files.map(({ path }) => path)).toEqual(pathsOf(content));
    },
  );

  test.skipIf(!hasLibtorrent).each(['v1', 'v2', 'hybrid'] as const)(
    'is what libtorrent reads in our %s torrent (skipped without python3-libtorrent)',
    async (format) => {
      const content = await writeContent(which);
      const { path, infoHash, infoHashV2 } = await makeTorrent(content, format);
      const read = libtorrentRead(path);
      // In v2 there is no telling a folder of one file from the file: libtorrent takes it for that.
      const isTold = which !== 'a folder of one file' || format !== 'v2';
      expect(read).toMatchObject({
        infoHash,
        infoHashV2,
        name: isTold ? content.name : 'only one',
        private: true,
        comment,
        creationDate: 1_700_000_000,
        webSeeds: [webSeed],
      });
      // It shuffles those of a tier, as BEP 12 asks.
      const expected = tiers.flatMap((tier, index) => tier.map((url) => [index, url]));
      expect(read.trackers.toSorted()).toEqual(expected.toSorted());
      const files = read.files.filter(([file]) => !file.includes('.pad/'));
      if (isTold)
        expect(files.map(([file]) => file).toSorted()).toEqual(pathsOf(content).toSorted());
    },
  );

  /** Has another program make a torrent of a content; returns its bytes. */
  type Maker = (content: Content, output: string) => Promise<Uint8Array>;

  const makers: [name: string, isHere: boolean, make: Maker][] = [
    [
      'mktorrent',
      has('mktorrent'),
      async (content, output) => {
        const [first = []] = tiers;
        const flags = ['-l', '15', '-a', first.join(','), '-w', webSeed, '-c', comment, '-p'];
        execFileSync('mktorrent', [...flags, '-o', output, content.path], { stdio: 'ignore' });
        return readFile(output);
      },
    ],
    [
      'transmission-create',
      has('transmission-create'),
      async (content, output) => {
        const trackers = tiers.flat().flatMap((url) => ['--tracker', url]);
        const flags = ['--private', ...trackers, '--comment', comment, '-o', output];
        execFileSync('transmission-create', [...flags, content.path], { stdio: 'ignore' });
        return readFile(output);
      },
    ],
    [
      'create-torrent',
      true,
      async (content) => {
        const options = { announceList: tiers, comment, private: true, urlList: [webSeed] };
        return promisify(createTorrent)(content.path, { ...options, pieceLength: 16_384 });
      },
    ],
    ...(['v1', 'v2', 'hybrid'] as const).map((format): [string, boolean, Maker] => [
      `libtorrent, ${format}`,
      hasLibtorrent,
      async (content) => libtorrentTorrent(content.path, format).bytes,
    ]),
  ];

  for (const [name, isHere, make] of makers) {
    test.skipIf(!isHere)(
      `of ${name} is read, judged and verified (skipped without ${name})`,
      async () => {
        const content = await writeContent(which);
        const bytes = await make(content, join(await temporaryFolder(), 'x.torrent'));
        const survey = surveyTorrent(bytes);
        const errors = lint(survey).filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
        const torrent = parseTorrent(bytes);
        expect(torrent.info).toMatchObject({ name: content.name, contentSize: content.size });
        expect(torrent.trackers.flat().length).toBeGreaterThan(0);
        // In v2 there is no telling a folder of one file from the file.
        const isTold = which !== 'a folder of one file' || name !== 'libtorrent, v2';
        if (isTold) {
          // transmission-create leaves out what is empty.
          const paths = (files: readonly { path: string[]; length: number; padding?: boolean }[]) =>
            files
              .filter(({ length, padding }) => length > 0 && !padding)
              .map(({ path }) => path.join('/'))
              .toSorted();
          expect(paths(torrent.info.files)).toEqual(paths([...content.files]));
        }
        expect((await verifyContent(torrent, content.path)).whole).toBe(true);
        const last = [...content.files].findLast(({ length }) => length > 0)?.absolutePath ?? '';
        const damaged = await readFile(last);
        damaged[damaged.length - 1] = ~(damaged.at(-1) ?? 0);
        await writeFile(last, damaged);
        const verified = await verifyContent(torrent, content.path);
        expect(verified).toMatchObject({ whole: false });
        expect(verified.wrongPieces).toHaveLength(1);
      },
    );
  }
});

test('parse-torrent reads our magnet links', async () => {
  const infoHash = new Uint8Array(20).fill(0xab);
  const link = encodeMagnet({
    infoHash,
    name: 'a folder é & more',
    size: 12_345,
    trackers: tiers.flat(),
    webSeeds: [webSeed],
  });
  const read = await parseTorrentOfNpm(link);
  expect(read).toMatchObject({
    infoHash: 'ab'.repeat(20),
    name: 'a folder é & more',
    urlList: [webSeed],
  });
  expect(read.announce.toSorted()).toEqual(tiers.flat().toSorted());
});
