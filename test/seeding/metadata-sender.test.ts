import { expect, test } from 'vitest';
import { MetadataSender } from '../../source/seeding/metadata-sender.ts';

const info = new Uint8Array(3 * 16_384 - 5);

test('answers what there is, in order, and rejects the rest', () => {
  const sender = new MetadataSender(info.length, () => info, 0);
  expect(sender.request(2, 0)).toBeNull();
  expect(sender.request(0, 0)).toBeNull();
  for (const piece of [3, -1, Number.MAX_SAFE_INTEGER]) {
    expect(Buffer.from(sender.request(piece, 0) ?? '').toString()).toContain('msg_typei2e');
  }
  expect(Buffer.from(sender.next() ?? '').toString()).toContain('piecei2e');
  expect(Buffer.from(sender.next() ?? '').toString()).toContain('piecei0e');
  expect(sender.next()).toBeNull();
});

test('gives the dictionary a few times a minute, not without end', () => {
  const sender = new MetadataSender(info.length, () => info, 0);
  const answeredAt = (now: number): number =>
    Array.from({ length: 1_000 }, () => sender.request(0, now)).filter((reject) => !reject).length;
  expect(answeredAt(0)).toBe(14);
  expect(answeredAt(1)).toBe(0);
  while (sender.next());
  expect(answeredAt(60_001)).toBe(14);
});
