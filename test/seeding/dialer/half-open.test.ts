import { expect, test } from 'vitest';
import { HalfOpen } from '../../../source/seeding/dialer/half-open.ts';
import type { Naming } from '../../../source/seeding/dialer/quotas.ts';

const by = (namedBy: string): Naming => ({ id: 1, source: 'pex', namedBy });
const told = (): Naming => ({ id: 1, source: 'tracker', namedBy: null });

test('a peer that names nobody who is there holds few of the connections being made', () => {
  const halfOpen = new HalfOpen();
  const begun: Naming[] = [];
  const begin = (candidate: Naming) => {
    if (!halfOpen.hasRoom(candidate)) return false;
    halfOpen.begin(candidate);
    begun.push(candidate);
    return true;
  };
  const count = (make: () => Naming) =>
    Array.from({ length: 50 }, () => begin(make())).filter(Boolean).length;
  expect(count(() => by('a'))).toBe(4);
  expect(count(() => by('b'))).toBe(4);
  let liar = 0;
  expect(count(() => by(`liar ${liar++}`))).toBe(12);
  expect(count(told)).toBe(12);
  for (const one of begun) halfOpen.end(one);
  expect(count(told)).toBe(32);
});
