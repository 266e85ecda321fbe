import { afterEach, describe, expect, test } from 'vitest';
import { Bitfield } from '../../source/seeding/bitfield.ts';
import { FastPieces } from '../../source/seeding/fast-pieces.ts';
import { LivePublication } from '../../source/seeding/live-publication.ts';
import { RunningSeeder, seederSettings, stopAll } from './running-seeder.ts';
import { dataOf, writeTestContent } from './test-content.ts';

const k = 1024;
const id = { unchoke: 1, piece: 7, reject: 16, allowedFast: 17 };

afterEach(stopAll);

function publicationOf(lengths: number[], pieceLength: number): LivePublication {
  const written = writeTestContent(lengths, pieceLength);
  return new LivePublication(written.content, dataOf(written), 0);
}

describe('pieces to begin with', () => {
  test('are few, and only those that there are, and that the peer has not', () => {
    const publication = publicationOf([320 * k], 16 * k);
    const pieces = new FastPieces(publication, '192.0.2.1').offer(null);
    expect(new Set(pieces).size).toBe(10);
    const [first = 0, second = 0] = pieces;
    const has = new Bitfield(20);
    has.set(first);
    publication.filesFailed([]);
    const offer = new FastPieces(publication, '192.0.2.1').offer(has);
    expect(offer).toEqual(pieces.filter((piece) => piece !== first));
    publication.filesFailed([0]);
    expect(new FastPieces(publication, '192.0.2.1').offer(null)).not.toContain(second);
  });

  test('are not for who has enough to trade, and said once', () => {
    const publication = publicationOf([320 * k], 16 * k);
    const has = new Bitfield(20);
    for (let piece = 0; piece < 10; piece++) has.set(piece);
    const fast = new FastPieces(publication, '192.0.2.1');
    expect(fast.offer(has)).toEqual([]);
    expect(fast.takes({ piece: 12, begin: 0, length: 16 * k })).toBe(false);
    expect(fast.offer(null)).toHaveLength(10);
    expect(fast.offer(null)).toEqual([]);
  });

  test('are sent twice at most, and no more than 2 MiB of them', () => {
    const publication = publicationOf([4 * k * k], 1024 * k);
    const fast = new FastPieces(publication, '192.0.2.1');
    const [piece = 0, ...others] = fast.offer(null);
    expect(others).toHaveLength(1);
    const length = 128 * k;
    const taken = Array.from({ length: 40 }, (_, index) =>
      fast.takes({ piece, begin: (index % 8) * length, length }),
    );
    expect(taken.filter(Boolean)).toHaveLength(32);
  });
});

test('who waits for a slot gets these pieces, and no others', async () => {
  const content = writeTestContent([40 * 16 * k], 16 * k);
  const running = await new RunningSeeder({
    limits: { ...seederSettings.limits, uploadSlots: 1 },
  }).start(content);
  const served = running.leecher(content);
  served.interested();
  await served.next(id.unchoke);
  const waiting = running.leecher({ ...content, peerId: '-XX0001-aaaaaaaaaaaa' });
  waiting.interested();
  await waiting.count([id.allowedFast], 10);
  const pieces = waiting.messages
    .filter((message) => message.id === id.allowedFast)
    .map(({ payload }) => payload.readUInt32BE());
  const [piece = 0] = pieces;
  const data = await waiting.fetch({ piece, begin: 0, length: 16 * k });
  expect(data.equals(content.bytes.subarray(piece * 16 * k, (piece + 1) * 16 * k))).toBe(true);
  const other = Array.from({ length: 40 }, (_, index) => index).find((n) => !pieces.includes(n));
  waiting.request([{ piece: other ?? 0, begin: 0, length: 16 * k }]);
  expect((await waiting.next(id.reject)).readUInt32BE()).toBe(other);
  expect(served.messages.filter((message) => message.id === id.allowedFast)).toEqual([]);
});
