import { describe, expect, test, vi } from 'vitest';
import type { PublicationRow } from '../../source/catalog/rows.ts';
import { createLive, Publications } from '../../source/engine/publications.ts';

const noTotals = { uploaded: 0, completed: 0, lastUploadAt: null };

function rowOf(id: number, name: string, infoHash: string): PublicationRow {
  return {
    id,
    infoHash: Buffer.from(infoHash.padEnd(40, '0'), 'hex'),
    infoHashV2: null,
    name,
    path: `/srv/${name}`,
    size: 1000,
    fileCount: 1,
    pieceLength: 16_384,
    pieceCount: 1,
    format: 'v1',
    private: false,
    comment: null,
    trackers: [],
    webSeeds: [],
    state: 'seeding',
    createdAt: 0,
  };
}

function publicationsOf(...rows: PublicationRow[]) {
  const onChange = vi.fn<(id: number) => void>();
  const publications = new Publications(onChange, () => 0);
  for (const row of rows) publications.add(createLive(row, noTotals));
  onChange.mockClear();
  return { publications, onChange };
}

describe('find', () => {
  const { publications } = publicationsOf(
    rowOf(1, 'debian.iso', 'aaaa11'),
    rowOf(2, 'same', 'aaaa22'),
    rowOf(3, 'same', 'bbbb33'),
    rowOf(1234, '1', 'cccc44'),
    rowOf(5, 'dddd55'.padEnd(40, '0'), 'eeee66'),
    rowOf(6, 'plain', 'dddd55'),
  );

  test.each([
    ['debian.iso', 1],
    ['2', 2],
    ['aaaa1', 1],
    ['BBBB33', 3],
    ['1234', 1234],
    // a number is a number, whatever is called so; the name's owner has a number as well
    ['1', 1],
    // a whole info hash is an info hash, whatever is called so
    ['dddd55'.padEnd(40, '0'), 6],
  ])('%s is publication %d', (id, found) => expect(publications.find(id).row.id).toBe(found));

  test.each(['same', 'aaaa'])('%s is more than one', (id) => {
    expect(() => publications.find(id)).toThrow(/could be \d+ \(.*\) or \d+ .*use the number/);
  });

  test.each(['aaa', 'nothing', '99', ''])('%j is none', (id) => {
    expect(() => publications.find(id)).toThrow(/^nothing published is called /);
  });
});

test('uploads add up, and are unsaved until they are taken', () => {
  const { publications, onChange } = publicationsOf(rowOf(1, 'a', 'aaaa'), rowOf(2, 'b', 'bbbb'));
  const live = publications.find('a');
  publications.addUpload(live, 600, 5);
  publications.addUpload(live, 900, 6);
  publications.setCompleted(live, 2);
  expect(publications.summary(live)).toMatchObject({ uploaded: 1500, ratio: 1.5, completed: 2 });
  const unsaved = [{ id: 1, uploaded: 1500, lastUploadAt: 6, completed: 2 }];
  const full = () => {
    throw new Error('disk full');
  };
  expect(() => publications.saveTotals(full)).toThrow('disk full');
  const save = vi.fn();
  publications.saveTotals(save);
  publications.saveTotals(save);
  expect(save.mock.calls).toEqual([[unsaved], [[]]]);
  expect(onChange).toHaveBeenCalledWith(1);
  expect(onChange).not.toHaveBeenCalledWith(2);
});

test('what is removed is found no more, and that is reported', () => {
  const { publications, onChange } = publicationsOf(rowOf(1, 'a', 'aaaa'));
  publications.remove(publications.find('a'));
  expect(publications.size).toBe(0);
  expect(publications.byInfoHash('aaaa'.padEnd(40, '0'))).toBeUndefined();
  expect(onChange).toHaveBeenCalledWith(1);
});
