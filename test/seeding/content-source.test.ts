import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { openContentSource } from '../../source/engine/content-source.ts';
import { newPublication } from '../helpers/new-publication.ts';
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
  const { id } = catalog.add(
    newPublication({
      size: 499_500,
      fileCount: files.length,
      pieceCount: 31,
      info,
      files,
    }),
  );
  const source = openContentSource(catalogFile);
  onTestFinished(() => source.close());
  const content = source.load(id)?.content;
  expect(content).toMatchObject({ id, infoLength: 100_000, size: 499_500, pieceCount: 31 });
  expect(content?.fileStarts).toHaveLength(1_000);
  expect([...(content?.fileStarts.slice(0, 4) ?? [])]).toEqual([0, 0, 1, 3]);
  expect(content?.fileEnds.at(-1)).toBe(499_500);
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
