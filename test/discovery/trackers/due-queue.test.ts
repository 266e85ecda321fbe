import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from '../../../source/discovery/trackers/due-queue.ts';

test('what is due comes out, the earliest first, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 })), fc.nat(1_000), (times, now) => {
      const queue = new DueQueue<string>();
      for (const at of times) queue.add(`due at ${at}`, at);
      const taken: number[] = [];
      for (let due = queue.take(now); due; due = queue.take(now)) {
        expect(due.item).toBe(`due at ${due.at}`);
        taken.push(due.at);
      }
      const sorted = times.toSorted((a, b) => a - b);
      expect(taken).toEqual(sorted.filter((at) => at <= now));
      expect(queue.size).toBe(times.length - taken.length);
      expect(queue.nextAt).toBe(sorted.find((at) => at > now) ?? null);
    }),
  );
});
