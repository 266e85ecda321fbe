import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { openContentSource } from '../../source/engine/content-source.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('gives of a publication what is needed, when it is', async () => {
  const catalogFile = join(await temporaryFolder(), 'catalog.sqlite');
  const catalog = new Catalog(catalogFile);
  onTestFinished(() => catalog.close());
  const files = Array.from({ length: 1_000 }, (_, index) => ({
    path: `/content/${index}`,
    length: index,
    modifiedMs: index + 0.5,
  }));
  const info = new Uint8Array(100_000).fill(7);
  const { id } = catalog.add({
    infoHash: new Uint8Array(20),
    infoHashV2: null,
    name: 'content',
    path: '/content',
    size: 499_500,
    fileCount: files.length,
    pieceLength: 16_384,
    pieceCount: 31,
    format: 'v1',
    private: false,
    comment: null,
    trackers: [],
    webSeeds: [],
    state: 'seeding',
    createdAt: 0,
    info,
    files,
  });
  const source = openContentSource(catalogFile);
  onTestFinished(() => source.close());
  const content = source.load(id);
  expect(content).toMatchObject({ id, infoLength: 100_000, size: 499_500, pieceCount: 31 });
  expect(content?.fileStarts).toHaveLength(1_001);
  expect([...(content?.fileStarts.slice(0, 4) ?? [])]).toEqual([0, 0, 1, 3]);
  expect(content?.fileStarts.at(-1)).toBe(499_500);
  expect(source.root(id)).toBe('/content');
  expect(source.files(id, 998, 1_005)).toEqual(files.slice(998));
  expect(source.info(id)).toEqual(info);
  expect([source.load(0), source.root(0), source.info(0), source.files(0, 0, 9)]).toEqual([
    null,
    null,
    null,
    [],
  ]);
});
