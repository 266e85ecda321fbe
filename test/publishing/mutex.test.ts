import { expect, test } from 'vitest';
import { createMutex } from '../../source/publishing/mutex.ts';

test('work is done one after the other, and a failure is only its own', async () => {
  const exclusively = createMutex();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const results = [
    exclusively(async () => {
      log.push('first begins');
      await first.promise;
      log.push('first ends');
    }),
    exclusively(async () => {
      log.push('second');
      throw new Error('no');
    }),
    exclusively(async () => {
      log.push('third');
      return 3;
    }),
  ];
  first.resolve();
  expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(log).toEqual(['first begins', 'first ends', 'second', 'third']);
});
