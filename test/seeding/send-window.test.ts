import { expect, test } from 'vitest';
import { maxChunkData } from '../../source/seeding/chunk-pool.ts';
import { SendWindow } from '../../source/seeding/send-window.ts';

test('grows to the largest chunk while chunks go out fast and full', () => {
  const window = new SendWindow();
  for (let i = 0; i < 20; i++) window.sent(window.bytes, 1);
  expect(window.bytes).toBe(maxChunkData);
});

test('does not grow when the peer asks for less', () => {
  const window = new SendWindow();
  const before = window.bytes;
  window.sent(before / 4, 1);
  expect(window.bytes).toBe(before);
});

test('shrinks to one block while the peer is slow', () => {
  const window = new SendWindow();
  for (let i = 0; i < 20; i++) window.sent(window.bytes, 5_000);
  expect(window.bytes).toBe(16_384);
  window.sent(16_384, 500);
  expect(window.bytes).toBe(16_384);
});
