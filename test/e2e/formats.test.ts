import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const k = 1024;

async function contentFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'content');
  await writeRandomFile(join(folder, 'empty'), 0);
  await writeRandomFile(join(folder, 'large'), 500 * k + 1);
  await writeRandomFile(join(folder, 'small'), 10);
  return folder;
}

const everything = [
  ['--name', 'the name'],
  ['--piece-length', '32K'],
  ['--private'],
  ['--comment', 'a comment'],
  ['--created-by', 'someone/1'],
  ['--date', '2026-01-31T12:00:00Z'],
  ['--source', 'a source'],
  ['--node', '[2001:db8::1]:6881'],
  ['--node', 'router.example:1'],
  ['--web-seed', 'http://mirror.example/'],
  ['--update-url', 'http://update.example/'],
  ['--similar', '12'.repeat(20)],
  ['--collection', 'a collection'],
].flat();

const bytesAt = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

test.each(['v1', 'v2', 'hybrid'])(
  'what is served of %s is what torrent create makes',
  async (format) => {
    const everseed = await Everseed.create();
    const path = await contentFolder();
    const flags = ['--format', format, ...everything];
    const tier = ['--tracker', 'http://a.example/announce,udp://b.example/announce'];
    const { publication } = await published(everseed, path, [...flags, ...tier]);
    const { infoHash, infoHashV2, torrentUrl, pageUrl, magnet } = publication;
    const shown = await everseed.json<PublicationDetail>('show', String(publication.id));
    const file = join(await temporaryFolder(), 'made.torrent');
    const made = ['torrent', 'create', path, '-o', file, ...flags];
    const own = ['--tracker', shown.trackers[0]?.join() ?? '', ...tier];
    expect(await everseed.run(...made, ...own)).toMatchObject({ code: 0 });
    const served = await bytesAt(torrentUrl);
    expect(served.equals(await readFile(file))).toBe(true);

    const hashes = [infoHash, infoHashV2].filter((hash) => hash !== null);
    expect(hashes).toHaveLength(format === 'hybrid' ? 2 : 1);
    expect(magnet.split('xt=')).toHaveLength(1 + hashes.length);
    for (const hash of hashes) {
      const page = pageUrl.replace(/[0-9a-f]+$/, hash);
      expect((await bytesAt(`${page}.torrent`)).equals(served)).toBe(true);
      expect((await fetch(page)).status).toBe(200);
      const found = await everseed.json<PublicationDetail>('show', hash.slice(0, 12));
      expect(found).toMatchObject({ infoHash, infoHashV2, format, createdBy: 'someone/1' });
    }
    expect(await everseed.json('ls')).toMatchObject([{ infoHash, infoHashV2 }]);
    expect(await everseed.json('health')).toMatchObject([{ infoHash, infoHashV2 }]);

    // the same again is the same publication
    expect((await published(everseed, path, flags)).publication.id).toBe(publication.id);
  },
);

test('a .torrent without a date, or one that the environment fixes, is made so', async () => {
  const everseed = await Everseed.create();
  const path = await contentFolder();
  const dated = await published(everseed, path, ['--no-date', '--created-by', 'none']);
  expect(parseTorrent(await bytesAt(dated.publication.torrentUrl))).toMatchObject({
    creationDate: null,
    createdBy: null,
  });
  const plain = await published(everseed, path, ['--source', 'other']);
  const torrent = parseTorrent(await bytesAt(plain.publication.torrentUrl));
  const detail = await everseed.json<PublicationDetail>('show', String(plain.publication.id));
  expect(torrent.creationDate).toBe(Math.floor(detail.createdAt / 1000));
  expect(torrent.createdBy).toMatch(/^everseed\/\d/);
});

test('show tells all that the torrent says', async () => {
  const everseed = await Everseed.create();
  const path = await contentFolder();
  const similar = 'ab'.repeat(20);
  const { publication } = await published(everseed, path, [
    ...['--private', '--source', 'S', '--update-url', 'http://u/', '--similar', similar],
    ...['--collection', 'C', '--node', '[::1]:6881', '--tracker', 'http://a/announce'],
  ]);
  const id = String(publication.id);
  expect(await everseed.json('show', id)).toMatchObject({
    ...{ private: true, source: 'S', updateUrl: 'http://u/', similar: [similar] },
    ...{ collections: ['C'], nodes: [{ host: '::1', port: 6881 }] },
  });
  const { stdout } = await everseed.run('show', id);
  const facts = new Map(
    stdout.split('\n').map((line) => line.split(/ {2,}/, 2) as [string, string]),
  );
  expect(Object.fromEntries(facts)).toMatchObject({
    ...{ private: 'yes', source: 'S', 'update from': 'http://u/', 'similar to': similar },
    ...{ collection: 'C', 'DHT node': '[::1]:6881', 'tier 2': 'http://a/announce' },
  });
});

test('what would be published is told, whatever its format', async () => {
  const everseed = await Everseed.create();
  const path = await contentFolder();
  const { stdout } = await everseed.run('publish', path, '--format', 'v2', '--dry-run', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ format: 'v2', files: 3 });
});

async function published(everseed: Everseed, path: string, flags: string[]) {
  const { code, stdout, stderr } = await everseed.run('publish', path, '--json', ...flags);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return { publication: JSON.parse(stdout) as PublicationDetail };
}
