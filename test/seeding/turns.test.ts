import { setImmediate as nextLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../source/seeding/turns.ts';

test('everybody has one turn, in the order they came, however often they ask', async () => {
  const turns = new Turns(() => 0);
  const had: string[] = [];
  const [a, b] = [() => had.push('a'), () => had.push('b')];
  turns.add(b);
  turns.add(a);
  turns.add(b);
  expect(had).toEqual([]);
  expect(turns.isBusy).toBe(true);
  await nextLoop();
  expect(had).toEqual(['b', 'a']);
  expect(turns.isBusy).toBe(false);
});

test('who goes on comes after all others, and the event loop goes round in between', async () => {
  let ms = 0;
  const turns = new Turns(() => ms);
  const had: string[] = [];
  const endless = (name: string) => {
    const turn = () => {
      had.push(name);
      ms += 1;
      turns.add(turn);
    };
    return turn;
  };
  for (const name of ['a', 'b', 'c']) turns.add(endless(name));
  for (let loop = 1; loop <= 7; loop++) {
    await nextLoop();
    expect(had.length).toBe(loop);
  }
  expect(had.join('')).toBe('abcabca');
});
