import { expect, test } from 'vitest';
import { EverseedError } from '../../source/errors.ts';
import { atOnePort } from '../../source/tracker/one-port.ts';

/** Ports that are free at each host; 0 gives them in their order. */
function setUp(free: Record<string, number[]>) {
  const open = new Set<string>();
  let next = 0;
  const listen = async (host: string, port: number) => {
    const at = port === 0 ? (free[host]?.[next++] ?? -1) : port;
    if (!free[host]?.includes(at)) throw new EverseedError('port-in-use', `${host} ${at}`);
    open.add(`${host} ${at}`);
    return { port: at, stop: async () => void open.delete(`${host} ${at}`) };
  };
  return { open, listen };
}

test('a port that is free at the first address but not at the second is not taken', async () => {
  const { open, listen } = setUp({ a: [1, 2, 3], b: [3] });
  expect(await atOnePort(['a', 'b'], 0, listen)).toBe(3);
  expect([...open]).toEqual(['a 3', 'b 3']);
});

test('a port that was asked for is the one, or none', async () => {
  const { open, listen } = setUp({ a: [1, 2], b: [2] });
  expect(await atOnePort(['a', 'b'], 2, listen)).toBe(2);
  open.clear();
  await expect(atOnePort(['a', 'b'], 1, listen)).rejects.toThrow('b 1');
  expect(open.size).toBe(0);
});

test('it does not try for ever', async () => {
  const { open, listen } = setUp({ a: Array.from({ length: 100 }, (_, n) => n + 1), b: [] });
  await expect(atOnePort(['a', 'b'], 0, listen)).rejects.toMatchObject({ code: 'port-in-use' });
  expect(open.size).toBe(0);
});
