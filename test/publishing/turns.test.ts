import { expect, test, vi } from 'vitest';
import { createTurns } from '../../source/publishing/turns.ts';

test('work is done in turn; who gives up while waiting is passed over', async () => {
  const turns = createTurns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const givesUp = new AbortController();
  const onWait = vi.fn<() => void>();
  const patient = { signal: new AbortController().signal, onWait };
  const results = [
    turns(patient, async () => {
      log.push('first begins');
      await first.promise;
      log.push('first fails');
      throw new Error('no');
    }),
    turns({ signal: givesUp.signal, onWait }, async () => log.push('second')),
    turns(patient, async () => log.push('third')),
    turns(patient, async () => log.push('fourth')),
  ];
  await vi.waitFor(() => expect(onWait).toHaveBeenCalledTimes(3));
  givesUp.abort(new Error('not wanted any more'));
  await expect(results[1]).rejects.toThrow('not wanted any more');
  first.resolve();
  expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(log).toEqual(['first begins', 'first fails', 'third', 'fourth']);
  // nobody waits, and nobody has it: whoever comes begins at once
  await turns(patient, async () => log.push('fifth'));
  expect(onWait).toHaveBeenCalledTimes(3);
  await expect(turns({ signal: givesUp.signal, onWait }, async () => 1)).rejects.toThrow(
    'not wanted any more',
  );
});
