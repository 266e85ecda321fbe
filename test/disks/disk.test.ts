import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Disk, DiskSilent } from '../../source/disks/disk.ts';

const patienceMs = 20_000;
const limits = { atOnce: 3, mostGivenUp: 5, patienceMs };
let now = 0;
let onBusy = vi.fn();
let disk = new Disk(limits, () => now, onBusy);

beforeEach(() => {
  now = 1_000;
  onBusy = vi.fn();
  disk = new Disk(limits, () => now, onBusy);
});

/** Something that is done when the test says so. */
function task(owner: number) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const begin = vi.fn(() => promise);
  const late = vi.fn();
  const result = disk.run(owner, begin, late);
  result.catch(() => undefined);
  return { begin, late, result, resolve, reject };
}

function pass(ms: number): void {
  now += ms;
  disk.tick();
}

/** Lets promises settle. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a disk that answers', () => {
  test('does so much at one time, and the rest in turn', async () => {
    const tasks = Array.from({ length: 5 }, (_, owner) => task(owner));
    expect(tasks.map(({ begin }) => begin.mock.calls.length)).toEqual([1, 1, 1, 0, 0]);
    tasks[1]?.resolve('done');
    expect(await tasks[1]?.result).toBe('done');
    await turn();
    expect(tasks[3]?.begin).toHaveBeenCalled();
    tasks[0]?.reject(new Error('no such file'));
    await expect(tasks[0]?.result).rejects.toThrow('no such file');
    await turn();
    expect(tasks[4]?.begin).toHaveBeenCalled();
    expect(onBusy).toHaveBeenCalled();
    for (const { resolve } of tasks) resolve('done');
    await turn();
    expect(disk.isBusy).toBe(false);
  });

  test('but for one file, goes on for all others', async () => {
    const stuck = task(1);
    pass(patienceMs / 2);
    const other = task(2);
    other.resolve('done');
    await other.result;
    pass(patienceMs / 2);
    await expect(stuck.result).rejects.toEqual(new DiskSilent(true));
    expect(disk.isSilent).toBe(false);
    const [same, another] = [task(1), task(3)];
    await expect(same.result).rejects.toEqual(new DiskSilent(false));
    expect(same.begin).not.toHaveBeenCalled();
    expect(another.begin).toHaveBeenCalled();
  });
});

describe('a disk that falls silent', () => {
  test('is given up, with what waits for it, and is not asked any more', async () => {
    const tasks = Array.from({ length: 10 }, (_, owner) => task(owner));
    pass(patienceMs - 1);
    expect(disk.isSilent).toBe(false);
    pass(1);
    const outcomes = await Promise.allSettled(tasks.map(({ result }) => result));
    const begun = outcomes.map((one) => one.status === 'rejected' && one.reason.begun);
    expect(begun).toEqual([...Array(3).fill(true), ...Array(7).fill(false)]);
    expect(disk.isSilent).toBe(true);
  });

  test('is tried again now and then, but keeps only so many threads', async () => {
    const started: number[] = [];
    for (let second = 0; second < 600; second++) {
      for (let owner = 0; owner < 20; owner++) {
        const { begin } = task(1_000 * second + owner);
        if (begin.mock.calls.length > 0) started.push(second);
      }
      pass(1_000);
      await turn();
    }
    expect(started).toEqual([0, 0, 0, 40, 80]);
    expect(disk.isSilent).toBe(true);
  });

  test('is used as before when it answers again; what comes too late is undone', async () => {
    const tasks = Array.from({ length: 3 }, (_, owner) => task(owner));
    pass(patienceMs);
    await Promise.allSettled(tasks.map(({ result }) => result));
    for (const { resolve } of tasks) resolve('an open file');
    await turn();
    for (const { late } of tasks) expect(late).toHaveBeenCalledWith('an open file');
    expect(disk.isSilent).toBe(false);
    const next = task(1);
    next.resolve('done');
    expect(await next.result).toBe('done');
    expect(next.late).not.toHaveBeenCalled();
  });

  test('does what is patient when it answers', async () => {
    const tasks = Array.from({ length: 5 }, (_, owner) => task(owner));
    pass(patienceMs);
    const close = vi.fn(async () => undefined);
    disk.runPatiently(1, close);
    pass(patienceMs / 2);
    expect(close).not.toHaveBeenCalled();
    for (const { resolve } of tasks) resolve('done');
    await turn();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

test('when it is stopped nobody waits any more, and files are still closed', async () => {
  const tasks = Array.from({ length: 5 }, (_, owner) => task(owner));
  const close = vi.fn(async () => undefined);
  disk.runPatiently(1, close);
  disk.stop();
  const outcomes = await Promise.allSettled(tasks.map(({ result }) => result));
  expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  for (const { resolve } of tasks) resolve('done');
  await turn();
  expect(close).toHaveBeenCalledTimes(1);
});
