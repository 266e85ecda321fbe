import { expect, onTestFinished, test, vi } from 'vitest';
import { Bitfield } from '../../source/seeding/bitfield.ts';
import { LivePublication } from '../../source/seeding/live-publication.ts';
import { placesOf } from './test-content.ts';

function publicationOf(lengths: number[], pieceLength: number): LivePublication {
  const places = placesOf(lengths);
  const size = places.fileEnds.at(-1) ?? 0;
  const pieceCount = Math.ceil(size / pieceLength);
  const hashes = {
    infoHash: new Uint8Array(20),
    shortInfoHashV2: null,
    private: false,
    superSeeding: false,
    maxConnections: null,
  };
  return new LivePublication(
    { id: 1, ...hashes, infoLength: 0, size, pieceLength, pieceCount, ...places },
    { info: () => new Uint8Array(7), hashes: async () => ({ hashes: null, computed: 0 }) },
    0,
  );
}

test('a piece is served when none of its files is faulty', () => {
  const publication = publicationOf([5, 5, 0, 10, 5], 10);
  publication.filesFailed([1, 2]);
  publication.filesFailed([4]);
  expect([...publication.available().pieces()]).toEqual([1]);
  publication.restored({ files: [4], pieces: [] });
  expect([...publication.available().pieces()]).toEqual([0, 1]);
  publication.restored({ files: [], pieces: [] });
  expect(publication.withheld()).toBeNull();
});

test('a piece that is not good is served when it is again, whatever its file is like', () => {
  const publication = publicationOf([10, 10, 10], 10);
  publication.setBadPieces(Uint8Array.of(0b01000000));
  publication.filesFailed([2]);
  expect([...publication.available().pieces()]).toEqual([0]);
  publication.restored({ files: [], pieces: [] });
  expect(publication.serves(1)).toBe(false);
  expect(publication.serves(2)).toBe(true);
  publication.setBadPieces(null);
  expect(publication.withheld()).toBeNull();
});

test('files that fail one by one make no copy of what is withheld, but when it is asked for', () => {
  const files = 100;
  const publication = publicationOf(Array(files).fill(10), 10);
  const copying = vi.spyOn(Bitfield, 'from');
  onTestFinished(() => copying.mockRestore());
  for (let file = 0; file < files; file++) publication.filesFailed([file]);
  expect(copying).not.toHaveBeenCalled();
  expect(publication.withheld()?.count).toBe(files);
  expect(copying).toHaveBeenCalledOnce();
});

test('a copy of what is withheld stays as it is', () => {
  const publication = publicationOf([10, 10], 10);
  publication.filesFailed([0]);
  const before = publication.withheld();
  expect(publication.withheld()).toBe(before);
  publication.filesFailed([1]);
  expect(before?.count).toBe(1);
  expect(publication.withheld()?.count).toBe(2);
});

test('the info dictionary is let go of when nobody has needed it for a while', () => {
  const publication = publicationOf([10], 10);
  const without = publication.estimatedBytes;
  expect(publication.info(1_000)).toHaveLength(7);
  publication.tick(2_000);
  expect(publication.estimatedBytes).toBe(without + 7);
  publication.tick(40_000);
  expect(publication.estimatedBytes).toBe(without);
});
