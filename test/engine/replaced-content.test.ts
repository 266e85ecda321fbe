import { expect, test } from 'vitest';
import type { LivePublication } from '../../source/engine/publications.ts';
import { ReplacedContent } from '../../source/engine/replaced-content.ts';

const live = (id: number) => ({ row: { id } }) as LivePublication;
const replaced = (path: string) => ({ path, kind: 'replaced' as const });

test('what was replaced is verified, one publication after the other', async () => {
  const begun: { id: number; paths: string[]; end(error?: Error): void }[] = [];
  const content = new ReplacedContent((one, paths) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (error?: Error) => (error ? reject(error) : resolve());
    begun.push({ id: one.row.id, paths: [...paths], end });
    return promise;
  });
  const [first, second, third, fourth] = [live(1), live(2), live(3), live(4)];
  content.found(first, [replaced('/a'), { path: '/b', kind: 'missing' }, replaced('/c')]);
  content.found(second, [{ path: '/d', kind: 'changed' }]);
  content.found(third, [replaced('/e')]);
  content.found(fourth, [replaced('/f')]);
  // put back as it was, while it waited
  content.found(third, []);
  expect(begun).toMatchObject([{ id: 1, paths: ['/a', '/c'] }]);
  begun[0]?.end(new Error('cancelled'));
  await expect.poll(() => begun).toMatchObject([{ id: 1 }, { id: 4, paths: ['/f'] }]);
  content.found(first, [replaced('/a')]);
  content.stop();
  begun[1]?.end();
  await new Promise(setImmediate);
  expect(begun).toHaveLength(2);
});
