import { describe, expect, test, vi } from 'vitest';
import type { PublicationRow } from '../../source/catalog/rows.ts';
import { addressesKept } from '../../source/catalog/sent-table.ts';
import { createLive, nothingCounted, Publications } from '../../source/engine/publications.ts';
import { UnsavedCounts } from '../../source/engine/unsaved-counts.ts';
import { newPublication } from '../helpers/new-publication.ts';

const noTotals = nothingCounted;

function rowOf(id: number, name: string, infoHash: string): PublicationRow {
  return hybridOf(id, name, infoHash, null);
}

function hybridOf(
  id: number,
  name: string,
  infoHash: string | null,
  infoHashV2: string | null,
): PublicationRow {
  const { info: _, files: __, pieceLayers: ___, ...row } = newPublication({ name });
  return {
    ...row,
    id,
    uploadLimit: null,
    maxConnections: null,
    infoHash: infoHash === null ? null : Buffer.from(infoHash.padEnd(40, '0'), 'hex'),
    infoHashV2: infoHashV2 === null ? null : Buffer.from(infoHashV2.padEnd(64, '0'), 'hex'),
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
    hybridOf(7, 'both', 'ffff77', 'ffff88'),
    hybridOf(8, 'v2', null, 'abcd99'),
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
    // either hash of a hybrid, and its v2 hash as trackers have it
    ['ffff77', 7],
    ['ffff88', 7],
    ['ffff', 7],
    ['ffff88'.padEnd(64, '0'), 7],
    ['ffff88'.padEnd(40, '0'), 7],
    ['abcd99', 8],
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
  const peer = { host: '198.51.100.1', client: 'one', payload: 600, protocol: 3 };
  publications.addSent(live, { payload: 600, protocol: 70, peers: [peer] }, 5);
  publications.addSent(live, { payload: 900, protocol: 5, peers: [{ ...peer, payload: 900 }] }, 6);
  publications.addSent(live, { payload: 0, protocol: 5, peers: [] }, 7);
  publications.setCompleted(live, 2);
  expect(publications.summary(live)).toMatchObject({ uploaded: 1500, ratio: 1.5, completed: 2 });
  const unsaved = [
    {
      ...{ id: 1, payload: 1500, protocol: 80, lastUploadAt: 6, completed: 2 },
      peers: [{ ...peer, payload: 1500, protocol: 6, at: 6 }],
    },
  ];
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

test('what is counted of one that was removed is saved, until nothing more comes after its end', () => {
  const { publications, onChange } = publicationsOf(rowOf(1, 'a', 'aaaa'));
  const live = publications.find('a');
  const count = (payload: number) => {
    const counted = publications.counted(1);
    if (counted) publications.addSent(counted, { payload, protocol: 0, peers: [] }, 5);
  };
  const saved: number[] = [];
  const save = () =>
    publications.saveTotals((changes) => saved.push(...changes.map(({ payload }) => payload)));
  publications.remove(live);
  onChange.mockClear();
  save();
  count(7);
  publications.setSwarm(live, live.swarmHashes[0] ?? '', { seeds: 0, leechers: 0, completed: 4 });
  publications.withdrawn(live);
  save();
  count(8);
  save();
  save();
  count(9);
  save();
  expect(saved).toEqual([7, 8]);
  expect(live.completed).toBe(4);
  expect(onChange).not.toHaveBeenCalled();
});

test('of those who were sent content, no more wait to be saved than are kept', () => {
  const unsaved = new UnsavedCounts();
  for (let count = 0; count < 2 * addressesKept; count++) {
    const peer = { host: `peer${count}`, client: 'one', payload: 1, protocol: 1 };
    unsaved.add({ payload: 1, protocol: 1, peers: [peer] }, count);
  }
  expect(unsaved.payload).toBe(2 * addressesKept);
  expect(unsaved.peers.map(({ at }) => at)).toEqual(
    Array.from({ length: addressesKept }, (_, index) => addressesKept + index),
  );
});

test('peers that are in both swarms of a hybrid are counted once', () => {
  const row = hybridOf(1, 'both', 'aaaa', 'bbbb');
  const { publications } = publicationsOf(row);
  const live = publications.find('both');
  const [v1 = '', v2 = ''] = live.swarmHashes;
  expect([v1, v2]).toEqual(['aaaa'.padEnd(40, '0'), 'bbbb'.padEnd(40, '0')]);
  publications.setSwarm(live, v1, { seeds: 2, leechers: 5, completed: 3 });
  publications.setSwarm(live, v2, { seeds: 1, leechers: 6, completed: 2 });
  expect(publications.summary(live)).toMatchObject({ seeds: 2, leechers: 6, completed: 3 });
  expect(live.unsaved).toMatchObject({ payload: 0, completed: true });
  publications.forgetSwarms(live);
  expect(publications.summary(live)).toMatchObject({ seeds: 0, leechers: 0, completed: 3 });
});
