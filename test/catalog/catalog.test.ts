import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog, type NewPublication, type TotalsChange } from '../../source/catalog/catalog.ts';
import { CatalogReader } from '../../source/catalog/catalog-reader.ts';
import { unpackPieces } from '../../source/catalog/piece-bits.ts';
import { migrations } from '../../source/catalog/schema.ts';
import { addressesKept } from '../../source/catalog/sent-table.ts';
import { nothingCounted } from '../../source/engine/publications.ts';
import { EverseedError } from '../../source/errors.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const infoHash = Uint8Array.from({ length: 20 }, (_, index) => index * 13);
const publication: NewPublication = newPublication({
  infoHash,
  name: 'naïve – ファイル',
  path: '/srv/naïve – ファイル',
  size: 2 ** 40,
  paddedSize: 2 ** 40,
  fileCount: 2,
  pieceLength: 262_144,
  pieceCount: 2 ** 22,
  private: true,
  createdBy: 'someone/2',
  creationDate: 1_600_000_000,
  nodes: [{ host: 'router.example', port: 6881 }],
  trackers: [['udp://a.example:1/announce'], ['http://b.example/announce']],
  createdAt: 1_700_000_000_000,
  info: Uint8Array.of(0x64, 0xff, 0x00, 0x65),
  files: [
    { path: '/srv/naïve – ファイル/a', length: 2 ** 39, modifiedMs: 1_700_000_000_000.25 },
    { path: '/srv/naïve – ファイル/b', length: 2 ** 39, modifiedMs: 0 },
  ],
});

/** Nothing counted of a publication, but for what the test cares about. */
function change(id: number, counted: Partial<TotalsChange>): TotalsChange {
  const nothing = { payload: 0, protocol: 0, peers: [], lastUploadAt: null, completed: null };
  return { id, ...nothing, ...counted };
}

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
  const { info: _info, files, pieceLayers: _layers, ...row } = publication;
  expect([...again.load()]).toEqual([
    {
      publication: { ...row, id: added.id, uploadLimit: null, maxConnections: null },
      totals: nothingCounted,
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
  expect(reader.byInfoHash(infoHash)?.id).toBe(id);
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
  expect([...catalog.load()]).toHaveLength(1);
});

test('what verifying found is kept: bad pieces, and how files look', async () => {
  const { catalog, file } = await openCatalog();
  const reader = new CatalogReader(file);
  onTestFinished(() => reader.close());
  const { id } = catalog.add(publication);
  expect(catalog.verifications.all()).toEqual(new Map());
  expect(catalog.verifications.badPieces(id)).toEqual([]);
  expect(reader.badPieces(id)).toBeNull();
  const badPieces = [0, 9, 2 ** 22 - 1];
  const now = {
    path: '/srv/naïve – ファイル/b',
    length: 2 ** 39,
    onDisk: 7,
    modifiedMs: 5.5,
    inode: '18446744073709551615',
  };
  catalog.verifications.note(id, { verifiedAt: 77, badPieces, files: new Map([[1, now]]) });
  const row = { verifiedAt: 77, badPieces: 3, pieces: 2 ** 22 };
  expect(catalog.verifications.all()).toEqual(new Map([[id, row]]));
  expect(catalog.verifications.badPieces(id)).toEqual(badPieces);
  for (const bits of [reader.badPieces(id), reader.served(id)?.badPieces]) {
    expect(unpackPieces(bits ?? new Uint8Array())).toEqual(badPieces);
  }
  expect(reader.files(id)).toEqual([publication.files[0], now]);
  catalog.verifications.note(id, { verifiedAt: 78, badPieces: [], files: new Map() });
  expect(catalog.verifications.of(id)).toEqual({ ...row, verifiedAt: 78, badPieces: 0 });
  expect([reader.badPieces(id), reader.served(id)?.badPieces]).toEqual([null, null]);
  catalog.remove(id);
  expect(catalog.verifications.of(id)).toBeNull();
});

test('a hybrid is found by either of its info hashes, with its piece layers', async () => {
  const { catalog, file } = await openCatalog();
  const reader = new CatalogReader(file);
  onTestFinished(() => reader.close());
  const infoHashV2 = new Uint8Array(32).fill(5);
  const root = 'ab'.repeat(32);
  const layer = new Uint8Array(64).fill(9);
  const pieceLayers = new Map([[root, layer]]);
  const hybrid = { ...publication, format: 'hybrid' as const, infoHashV2, pieceLayers };
  const { id } = catalog.add(hybrid);
  for (const hash of [infoHash, infoHashV2]) expect(reader.byInfoHash(hash)?.id).toBe(id);
  expect(reader.byInfoHash(infoHashV2.subarray(0, 20))).toBeNull();
  expect(catalog.withInfoHash({ infoHash: null, infoHashV2 })?.id).toBe(id);
  expect(catalog.withInfoHash({ infoHash, infoHashV2: null })?.id).toBe(id);
  expect(reader.pieceLayers(id)).toEqual(pieceLayers);
  expect(reader.pieceLayer(id, Buffer.from(root, 'hex'))).toEqual(layer);
  expect(reader.pieceLayer(id, infoHashV2)).toBeNull();
  catalog.remove(id);
  expect(reader.pieceLayers(id).size).toBe(0);
});

test('a catalog of the first schemas is brought up to date, with all that is in it', async () => {
  const file = join(await temporaryFolder(), 'catalog.sqlite');
  const old = new DatabaseSync(file);
  old.exec(migrations[0] ?? '');
  old.exec(`
    PRAGMA user_version = 1;
    INSERT INTO publications (id, info_hash, name, path, size, file_count, piece_length,
        piece_count, format, private, trackers, web_seeds, state, created_at)
      VALUES (7, x'${'13'.repeat(20)}', 'old', '/old', 5, 1, 16384, 1, 'v1', 0, '[]', '[]', 'paused',
        1700000000999), (9, x'${'14'.repeat(20)}', 'gone', '/gone', 5, 1, 16384, 1, 'v1', 0, '[]',
        '[]', 'seeding', 0);
    INSERT INTO info_dictionaries VALUES (7, x'6465');
    INSERT INTO files VALUES (7, 0, '/old', 5, 1.5);
    INSERT INTO totals VALUES (7, 100, 3, NULL);
    DELETE FROM publications WHERE id = 9;`);
  old.exec(migrations[1] ?? '');
  old.exec('PRAGMA user_version = 2; INSERT INTO uploads_by_day VALUES (7, 20000, 100)');
  old.close();
  const { catalog } = await openCatalog(file);
  expect([...catalog.load()]).toMatchObject([
    {
      publication: {
        id: 7,
        infoHash: new Uint8Array(20).fill(0x13),
        infoHashV2: null,
        paddedSize: 5,
        createdBy: 'everseed/0.1.0',
        creationDate: 1_700_000_000,
        nodes: [],
        state: 'paused',
      },
      totals: { uploaded: 100, uploadedProtocol: 0, completed: 3 },
    },
  ]);
  expect(catalog.sent.byDay(7, 0)).toEqual(new Map([[20_000, { payload: 100, protocol: 0 }]]));
  expect(catalog.sent.byAddress(7)).toEqual([]);
  expect(catalog.files(7)).toEqual([{ path: '/old', length: 5, modifiedMs: 1.5 }]);
  expect(catalog.add(publication).id).toBe(10);
  // what refers to a publication still goes with it
  catalog.remove(7);
  expect(catalog.files(7)).toEqual([]);
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
  const first = change(id, { payload: 5, protocol: 2, lastUploadAt: 10, completed: 3 });
  catalog.addToTotals([first], 1_000);
  catalog.addToTotals([change(id, { payload: 7, protocol: 1, lastUploadAt: 20 })], 2_000);
  expect([...catalog.load()][0]?.totals).toEqual({
    uploaded: 12,
    uploadedProtocol: 3,
    completed: 3,
    lastUploadAt: 20,
  });
});

test('what was sent is kept by day, and the sum over all outlives a publication', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  const day = 24 * 60 * 60 * 1_000;
  const add = (payload: number, protocol: number, at: number) =>
    catalog.addToTotals([change(id, { payload, protocol })], at);
  add(5, 1, 10 * day);
  add(7, 0, 10 * day + 1);
  add(0, 68, 11 * day);
  add(0, 0, 12 * day);
  const later: [number, object] = [11, { payload: 0, protocol: 68 }];
  expect(catalog.sent.byDay(id, 0)).toEqual(new Map([[10, { payload: 12, protocol: 1 }], later]));
  expect(catalog.sent.byDay(id, 11)).toEqual(new Map([later]));
  catalog.remove(id);
  expect(catalog.sent.byDay(id, 0).size).toBe(0);
  expect(catalog.sent.byDay(null, 0).get(10)).toEqual({ payload: 12, protocol: 1 });
  // what was on its way when it was removed
  add(3, 2, 10 * day);
  expect(catalog.sent.byDay(id, 0).size).toBe(0);
  expect(catalog.sent.byDay(null, 0).get(10)).toEqual({ payload: 15, protocol: 3 });
});

test('days are forgotten when they are long past', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  const day = 24 * 60 * 60 * 1_000;
  for (const at of [day, 399 * day, 401 * day]) {
    catalog.addToTotals([change(id, { payload: 1 })], at);
  }
  expect([...catalog.sent.byDay(null, 0).keys()]).toEqual([399, 401]);
});

test('to whom content was sent adds up by address; as many as promised are kept, the last ones', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  const send = (host: string, at: number, client = 'one') => {
    const peers = [{ host, client, payload: 10, protocol: 3, at }];
    catalog.addToTotals([change(id, { peers })], at);
  };
  send('198.51.100.1', 1);
  send('2001:db8::1', 2);
  send('198.51.100.1', 3, 'two');
  expect(catalog.sent.byAddress(id)).toEqual([
    { host: '198.51.100.1', client: 'two', payload: 20, protocol: 6, firstAt: 1, lastAt: 3 },
    { host: '2001:db8::1', client: 'one', payload: 10, protocol: 3, firstAt: 2, lastAt: 2 },
  ]);
  for (let at = 10; at < 10 + addressesKept; at++) send(`203.0.113.${at}`, at);
  const kept = catalog.sent.byAddress(id);
  expect(kept).toHaveLength(addressesKept);
  expect(kept.at(-1)?.host).toBe('203.0.113.10');
  catalog.remove(id);
  expect(catalog.sent.byAddress(id)).toEqual([]);
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

test('what is shelved is not there for anyone, and comes back as it was', async () => {
  const { catalog, file } = await openCatalog();
  const reader = new CatalogReader(file);
  onTestFinished(() => reader.close());
  const { id } = catalog.add(publication);
  catalog.addToTotals([change(id, { payload: 7, lastUploadAt: 8, completed: 9 })], 0);
  const [before] = [...catalog.load()];
  catalog.shelve(id, 1_000);
  expect([...catalog.load()]).toEqual([]);
  expect(catalog.withInfoHash(publication)).toBeNull();
  expect(reader.publications()).toEqual([]);
  expect(reader.seeding({ offset: 0, limit: 9 })).toEqual([]);
  expect(reader.seedingCount()).toBe(0);
  expect(reader.byId(id)).toBeNull();
  expect(reader.byInfoHash(infoHash)).toBeNull();
  const [shared] = publication.files;
  expect(catalog.fileOwners.ofPath(shared?.path ?? '')).toEqual({ id, isShelved: true });
  expect(catalog.unshelve(id)).toEqual(before);
  expect([...catalog.load()]).toEqual([before]);
  expect(catalog.files(id)).toEqual(publication.files);
  expect(catalog.fileOwners.ofPath(shared?.path ?? '')).toEqual({ id, isShelved: false });
  expect(catalog.fileOwners.ofPath('/nobody/has/this')).toBeNull();
  expect(catalog.info(id)).toEqual(new Uint8Array(publication.info));
  expect(reader.byInfoHash(infoHash)?.id).toBe(id);
});

test('what is shelved is forgotten in the end, and when its content is published again', async () => {
  const { catalog } = await openCatalog();
  const { id } = catalog.add(publication);
  catalog.shelve(id, 1_000);
  catalog.forgetShelvedBefore(1_000);
  expect(catalog.unshelve(id)).not.toBeNull();
  catalog.shelve(id, 1_000);
  catalog.forgetShelvedBefore(1_001);
  expect(catalog.unshelve(id)).toBeNull();

  const again = catalog.add(publication);
  catalog.shelve(again.id, 1_000);
  const third = catalog.add(publication);
  expect(catalog.unshelve(again.id)).toBeNull();
  expect([...catalog.load()].map(({ publication: { id } }) => id)).toEqual([third.id]);
});

test('what can be undone is kept, and goes with its publication', async () => {
  const { catalog, file } = await openCatalog();
  const { id } = catalog.add(publication);
  const change = { publicationId: id, limitOf: 'upload', limitBefore: null } as const;
  catalog.addUndoable({ ...change, at: 1, kind: 'pause', batch: 'a' });
  const limited = { limitOf: 'connections', limitBefore: 9 } as const;
  catalog.addUndoable({ ...change, at: 2, kind: 'limit', batch: 'b', ...limited });
  catalog.close();
  const again = new Catalog(file);
  onTestFinished(() => again.close());
  expect(again.undoable()).toMatchObject([
    {
      at: 2,
      kind: 'limit',
      publicationId: id,
      name: publication.name,
      batch: 'b',
      limitOf: 'connections',
      limitBefore: 9,
    },
    { at: 1, kind: 'pause', batch: 'a', limitBefore: null },
  ]);
  again.forgetUndoableBefore(2);
  expect(again.undoable()).toHaveLength(1);
  again.remove(id);
  expect(again.undoable()).toEqual([]);
});
