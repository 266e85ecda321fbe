import { expect, test, vi } from 'vitest';
import type { PublishProgress } from '../../source/control/publishing.ts';
import { CancellableJobs } from '../../source/engine/cancellable-jobs.ts';

function setUp() {
  const told: PublishProgress['phase'][] = [];
  const onFailure = vi.fn<(error: unknown) => void>();
  const onChange = vi.fn<() => void>();
  const jobs = new CancellableJobs<string>(onChange);
  const run = (name: string, work: (signal: AbortSignal) => Promise<unknown>) => {
    const facts = {
      name,
      subject: 'a publication',
      path: '/a',
      cancelled: 'it was cancelled',
      begins: { phase: 'verifying' } as const,
      onProgress: ({ phase }: PublishProgress) => told.push(phase),
      onFailure,
    };
    return jobs.run(facts, (report, signal) => {
      report({ phase: 'waiting' });
      return work(signal);
    });
  };
  return { jobs, run, told, onFailure, onChange };
}

function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

test('a job is listed while it is under way, and gives what its work gives', async () => {
  const { jobs, run, told, onChange } = setUp();
  const result = await run('a', async () => jobs.list().map(({ phase }) => phase));
  expect(result).toEqual(['waiting']);
  expect(told).toEqual(['verifying', 'waiting', 'done']);
  expect(jobs.list()).toEqual([]);
  expect(onChange).toHaveBeenCalledTimes(4);
});

test('one that fails says why, to who began it and otherwise', async () => {
  const { run, told, onFailure } = setUp();
  const error = new Error('no disk');
  await expect(run('a', () => Promise.reject(error))).rejects.toThrow('no disk');
  expect(told.at(-1)).toBe('failed');
  expect(onFailure.mock.calls).toEqual([[error]]);
});

test.each([
  ['by its name', (jobs: CancellableJobs<string>) => expect(jobs.cancel('a')).toBe(true)],
  ['by what it is about', (jobs: CancellableJobs<string>) => jobs.cancelOf('a publication')],
  ['with all others', (jobs: CancellableJobs<string>) => jobs.stop()],
])('one is cancelled %s, which is no failure', async (_, cancel) => {
  const { jobs, run, told, onFailure } = setUp();
  const running = run('a', untilCancelled);
  expect(jobs.cancel('b')).toBe(false);
  jobs.cancelOf('another');
  cancel(jobs);
  await expect(running).rejects.toMatchObject({ code: 'cancelled', message: 'it was cancelled' });
  expect(told.at(-1)).toBe('cancelled');
  expect(onFailure).not.toHaveBeenCalled();
  expect(jobs.cancel('a')).toBe(false);
});

test('there is one of a name', async () => {
  const { jobs, run } = setUp();
  const running = run('a', untilCancelled);
  await expect(run('a', async () => 1)).rejects.toMatchObject({ code: 'job-exists' });
  jobs.stop();
  await expect(running).rejects.toThrow('cancelled');
});
