import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type QueuedBlock, RequestQueue } from '../../source/seeding/request-queue.ts';

const block = 16_384;

function filled(offsets: number[], length = block): RequestQueue {
  const queue = new RequestQueue(1000);
  for (const offset of offsets) queue.push(offset, length);
  return queue;
}

describe('take', () => {
  test('gives what is adjacent, as much as was asked for', () => {
    const queue = filled([0, 1, 2, 3, 4].map((index) => index * block));
    expect(queue.take(3 * block, 32, 1).map(({ offset }) => offset / block)).toEqual([0, 1, 2]);
    expect(queue.take(32 * block, 32, 1).map(({ offset }) => offset / block)).toEqual([3, 4]);
    expect(queue.size).toBe(0);
    expect(queue.take(block, 1, 1)).toEqual([]);
  });

  test('stops where a new run would begin', () => {
    const queue = filled([0, block, 10 * block, 11 * block, 20 * block]);
    expect(queue.take(32 * block, 32, 2)).toHaveLength(4);
    expect(queue.size).toBe(1);
  });

  test('stops at a block that is not admitted, unless it is the first', () => {
    const queue = filled([0, block, 2 * block]);
    const asked: number[] = [];
    const admits = (offset: number): boolean => asked.push(offset) === 2;
    expect(queue.take(32 * block, 32, 4, admits).map(({ offset }) => offset)).toEqual([0, block]);
    expect(asked).toEqual([0, block, 2 * block]);
    expect(queue.size).toBe(1);
  });

  test('gives one block even if it is larger', () => {
    expect(filled([0, 131_072], 131_072).take(block, 1, 4)).toEqual([
      { offset: 0, length: 131_072 },
    ]);
  });
});

test('holds no more than its limit', () => {
  const queue = new RequestQueue(3);
  expect([0, 1, 2, 3].map((offset) => queue.push(offset, 1))).toEqual([true, true, true, false]);
  queue.take(1, 1, 1);
  expect(queue.push(9, 1)).toBe(true);
});

test('a cancel takes out one request, of that length only', () => {
  const queue = filled([5, 6, 5]);
  expect(queue.cancel(5, 1)).toBe(false);
  expect(queue.cancel(7, block)).toBe(false);
  expect(queue.cancel(5, block)).toBe(true);
  expect(queue.clear().map(({ offset }) => offset)).toEqual([6, 5]);
});

test('behaves like a list', () => {
  const offset = fc.nat(20);
  const command = fc.oneof(
    fc.record({ do: fc.constant('push' as const), offset }),
    fc.record({ do: fc.constant('push' as const), offset }),
    fc.record({ do: fc.constant('cancel' as const), offset }),
    fc.record({ do: fc.constant('take' as const), offset }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
      const queue = new RequestQueue(100);
      const model: QueuedBlock[] = [];
      for (const { do: what, offset } of commands) {
        if (what === 'push') {
          if (queue.push(offset, 1)) model.push({ offset, length: 1 });
          expect(queue.size).toBe(model.length);
        } else if (what === 'cancel') {
          const index = model.findIndex((entry) => entry.offset === offset);
          expect(queue.cancel(offset, 1)).toBe(index >= 0);
          if (index >= 0) model.splice(index, 1);
        } else {
          expect(queue.take(offset, offset, 400)).toEqual(model.splice(0, offset));
        }
      }
      expect(queue.clear()).toEqual(model);
    }),
  );
});
