import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog, type NewPublication } from '../../source/catalog/catalog.ts';
import { createSiteSource } from '../../source/engine/site-source.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { newPublication } from '../helpers/new-publication.ts';

/** What the engine has the site show, from a catalog on disk. */

const links = { publicHost: 'seed.example', httpPort: 6969, udpPort: 6969 };

function publication(n: number, changes: Partial<NewPublication> = {}): NewPublication {
  return newPublication({
    infoHash: Buffer.alloc(20, n),
    name: `number ${n}`,
    path: `/data/${n}`,
    size: 3,
    createdBy: 'everseed/1.2.3',
    creationDate: Date.UTC(2030, 0) / 1000,
    info: Buffer.from(
      `d6:lengthi3e4:name8:number ${n}12:piece lengthi16384e6:pieces20:${'p'.repeat(20)}e`,
    ),
    ...changes,
  });
}

async function setUp(publications: NewPublication[]) {
  const home = await mkdtemp(join(tmpdir(), 'everseed-site-'));
  const catalogFile = join(home, 'catalog.db');
  const catalog = new Catalog(catalogFile);
  for (const one of publications) catalog.add(one);
  const counted: string[] = [];
  const open = (changes: Partial<typeof links> = {}) => {
    const source = createSiteSource({ catalogFile, links: { ...links, ...changes } }, (hash) => {
      counted.push(hash);
      return { seeds: 1, leechers: 2, completed: 3 };
    });
    onTestFinished(() => source.close());
    return source;
  };
  onTestFinished(async () => {
    catalog.close();
    await rm(home, { recursive: true });
  });
  return { source: open(), open, catalog, counted };
}

const hashOf = (n: number) => Buffer.alloc(20, n).toString('hex');

test('a page of the list has the newest first, without those paused, and looks at no other', async () => {
  const all = Array.from({ length: 9 }, (_, n) =>
    publication(n + 1, n % 3 === 0 ? { state: 'paused' } : {}),
  );
  const { source, counted } = await setUp(all);
  expect(source.count()).toBe(6);
  const names = (offset: number, limit: number) =>
    source.list({ offset, limit }).map(({ name }) => name);
  expect(names(0, 4)).toEqual(['number 9', 'number 8', 'number 6', 'number 5']);
  expect(counted).toEqual([9, 8, 6, 5].map(hashOf));
  expect(names(4, 4)).toEqual(['number 3', 'number 2']);
  expect(names(8, 4)).toEqual([]);
});

test('a publication is shown with its swarm; one that is paused or unknown is not', async () => {
  const { source } = await setUp([publication(1), publication(2, { state: 'paused' })]);
  expect(source.find(hashOf(1))).toMatchObject({ name: 'number 1', seeds: 1, leechers: 2 });
  for (const n of [2, 3]) {
    expect(source.find(hashOf(n))).toBeNull();
    expect(source.torrent(hashOf(n))).toBeNull();
  }
});

test('the tag of a .torrent changes when its bytes do, and only then', async () => {
  const { source, open } = await setUp([
    publication(1),
    publication(2),
    publication(3, { comment: 'a comment' }),
    publication(4, { webSeeds: ['http://mirror.example/'] }),
    publication(5, { creationDate: null }),
    publication(6, { createdBy: 'someone' }),
    publication(7, { nodes: [{ host: 'router.example', port: 1 }] }),
  ]);
  const file = source.torrent(hashOf(1));
  expect(file?.fileName).toBe('number 1.torrent');
  expect(file?.tag).toMatch(/^[\w-]{22}$/);
  expect(parseTorrent(file?.bytes() ?? Buffer.alloc(0)).trackers).toEqual([
    ['http://seed.example:6969/announce', 'udp://seed.example:6969/announce'],
  ]);
  expect(open().torrent(hashOf(1))?.tag).toBe(file?.tag);
  const others = [
    ...[2, 3, 4, 5, 6, 7].map((n) => source.torrent(hashOf(n))?.tag),
    open({ publicHost: 'other.example' }).torrent(hashOf(1))?.tag,
    open({ udpPort: 1 }).torrent(hashOf(1))?.tag,
  ];
  expect(new Set([file?.tag, ...others]).size).toBe(9);
});
