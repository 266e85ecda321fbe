import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog, type NewPublication } from '../../source/catalog/catalog.ts';
import { CatalogReader } from '../../source/catalog/catalog-reader.ts';
import { migrations } from '../../source/catalog/schema.ts';
import { EverseedError } from '../../source/errors.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const publication: NewPublication = {
  infoHash: Uint8Array.from({ length: 20 }, (_, index) => index * 13),
  infoHashV2: null,
  name: 'naïve – ファイル',
  path: '/srv/naïve – ファイル',
  size: 2 ** 40,
  fileCount: 2,
  pieceLength: 262_144,
  pieceCount: 2 ** 22,
  format: 'v1',
  private: true,
  comment: null,
  trackers: [['udp://a.example:1/announce'], ['http://b.example/announce']],
  webSeeds: [],
  state: 'seeding',
  createdAt: 1_700_000_000_000,
  info: Uint8Array.of(0x64, 0xff, 0x00, 0x65),
  files: [
    { path: '/srv/naïve – ファイル/a', length: 2 ** 39, modifiedMs: 1_700_000_000_000.25 },
    { path: '/srv/naïve – ファイル/b', length: 2 ** 39, modifiedMs: 0 },
  ],
};

async function openCatalog(file?: string): Promise<{ catalog: Catalog; file: string }> {
  const path = file ?? join(await temporaryFolder(), 'catalog.sqlite');
  const catalog = new Catalog(path);
  onTestFinished(() => catalog.close());
  return { catalog, file: path };
}

test('what was added is there after it is opened again, to the byte', async () => {
  const { catalog, file } = await openCatalog();
  const added = catalog.add(publication);
  catalog.close();
  const again = new Catalog(file);
  onTestFinished(() => again.close());
  const { info: _info, files, ...row } = publication;
  expect(again.load()).toEqual([
    {
      publication: { ...row, id: added.id },
      totals: { uploaded: 0, completed: 0, lastUploadAt: null },
    },
  ]);
  expect(again.files(added.id)).toEqual(files);
});

test('a reader sees a publication as soon as it is added, and no longer when it is removed', async () => {
  const { catalog, file } = await openCatalog();
  const reader = new CatalogReader(file);
  onTestFinished(() => reader.close());
  expect(reader.publications()).toEqual([]);
  const { id } = catalog.add(publication);
  expect(reader.byInfoHash(publication.infoHash)?.id).toBe(id);
  expect(reader.info(id)).toEqual(publication.info);
  expect(reader.files(id)).toEqual(publication.files);
  catalog.remove(id);
  expect(reader.byId(id)).toBeNull();
  expect(reader.info(id)).toBeNull();
  expect(reader.files(id)).toEqual([]);
});

test('the same info hash cannot be added twice, and the failed try leaves nothing', async () => {
  const { catalog } = await openCatalog();
  catalog.add(publication);
  expect(() => catalog.add({ ...publication, name: 'again' })).toThrow(/UNIQUE/);
  expect(catalog.load()).toHaveLength(1);
});

test('ids of removed publications are not given out again', async () => {
  const { catalog } = await openCatalog();
  const first = catalog.add(publication);
  catalog.remove(first.id);
  expect(catalog.add(publication).id).toBeGreaterThan(first.id);
});

test('totals add up; completed is taken as it stands', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  catalog.addToTotals([{ id, uploaded: 5, lastUploadAt: 10, completed: 3 }], 1_000);
  catalog.addToTotals([{ id, uploaded: 7, lastUploadAt: 20, completed: null }], 2_000);
  expect(catalog.load()[0]?.totals).toEqual({ uploaded: 12, completed: 3, lastUploadAt: 20 });
});

test('what was sent is kept by day, and the sum over all outlives a publication', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  const day = 24 * 60 * 60 * 1_000;
  const add = (uploaded: number, at: number) =>
    catalog.addToTotals([{ id, uploaded, lastUploadAt: null, completed: null }], at);
  add(5, 10 * day);
  add(7, 10 * day + 1);
  add(1, 11 * day);
  add(0, 12 * day);
  expect(catalog.uploadedByDay(id, 0)).toEqual(
    new Map([
      [10, 12],
      [11, 1],
    ]),
  );
  expect(catalog.uploadedByDay(id, 11)).toEqual(new Map([[11, 1]]));
  catalog.remove(id);
  expect(catalog.uploadedByDay(id, 0).size).toBe(0);
  expect(catalog.uploadedByDay(null, 0).get(10)).toBe(12);
});

test('days are forgotten when they are long past', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  const day = 24 * 60 * 60 * 1_000;
  for (const at of [day, 399 * day, 401 * day]) {
    catalog.addToTotals([{ id, uploaded: 1, lastUploadAt: null, completed: null }], at);
  }
  expect([...catalog.uploadedByDay(null, 0).keys()]).toEqual([399, 401]);
});

test('events are found by publication and page, and it is kept which were read', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  for (const publicationId of [id, null, id, id]) {
    catalog.addEvent({ at: 1, publicationId, level: 'error', text: 'x', askedBy: 'dashboard' });
  }
  const ids = (limit: number, where = {}) => catalog.events(limit, where).map((event) => event.id);
  expect(ids(9, { publicationId: id })).toEqual([1, 3, 4]);
  expect(ids(2, { publicationId: id })).toEqual([3, 4]);
  expect(ids(9, { publicationId: id, before: 4 })).toEqual([1, 3]);
  expect(ids(2, { before: 4 })).toEqual([2, 3]);
  expect(catalog.events(1)[0]?.askedBy).toBe('dashboard');
  expect(catalog.eventsReadTo).toBe(0);
  catalog.eventsReadTo = 3;
  catalog.eventsReadTo = 4;
  expect(catalog.eventsReadTo).toBe(4);
});

test('events come newest last, and outlive their publication', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  for (const text of ['one', 'two', 'three']) {
    catalog.addEvent({ at: 1, publicationId: id, level: 'info', text, askedBy: null });
  }
  catalog.remove(id);
  expect(catalog.events(2).map((event) => event.text)).toEqual(['two', 'three']);
});

test('a catalog of a newer everseed is refused and left as it is', async () => {
  const { catalog, file } = await openCatalog();
  catalog.close();
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  database.close();
  expect(() => new Catalog(file)).toThrow(
    expect.objectContaining({ code: 'catalog-newer', message: expect.stringContaining(file) }),
  );
});

test('a file that is no catalog is refused in one line', async () => {
  const file = join(await temporaryFolder(), 'catalog.sqlite');
  await writeFile(file, 'this is not a database, it is a text of some length'.repeat(50));
  expect(() => new Catalog(file)).toThrow(EverseedError);
  expect(() => new Catalog(file)).toThrow(/^cannot open the catalog .*[^\n]$/);
});
