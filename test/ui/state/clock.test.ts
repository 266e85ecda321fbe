import { expect, test } from 'vitest';
import { systemClock } from '../../../source/ui/state/clock.ts';

test('a task that waits does not keep the program from ending', () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const callOff = systemClock.after(60_000, () => undefined);
  expect(timers()).toBe(before);
  callOff();
});
