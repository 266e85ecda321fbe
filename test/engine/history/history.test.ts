import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History, sampleIntervalMs } from '../../../source/engine/history/history.ts';
import { HistoryKeeper } from '../../../source/engine/history/history-keeper.ts';
import { SparseSeries } from '../../../source/engine/history/sparse-series.ts';
import { StepLog } from '../../../source/engine/history/step-log.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const start = Date.UTC(2026, 0, 10);
const day = 24 * 60 * 60 * 1000;
const stepMs = 2_000;

/** A history that was given one sample every two seconds, as `measure` says. */
function historyOf(
  samples: number,
  measure: (index: number) => { id: number; uploadRate: number; peers: number }[],
) {
  const history = new History(start);
  let now = start;
  for (let index = 0; index < samples; index++) {
    now = start + index * stepMs;
    history.sample(now, measure(index));
  }
  return { history, now: now + stepMs };
}

describe('the history', () => {
  it('keeps every sample of the last five minutes', () => {
    const { history, now } = historyOf(10, (index) => [
      { id: 1, uploadRate: index * 100, peers: 2 },
    ]);
    const { uploadRate, peers, from, ...report } = history.report(1, '5m', now);
    expect(report.stepMs).toBe(stepMs);
    expect(from + uploadRate.length * stepMs).toBe(now);
    expect(uploadRate.slice(-10)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(peers.slice(-2)).toEqual([2, 2]);
  });

  it('has no gaps while samples come late, as those of timers do', () => {
    const history = new History(start);
    let now = start;
    for (let index = 0; index < 200; index++) {
      history.sample(now, [{ id: 1, uploadRate: 100, peers: 1 }]);
      now += sampleIntervalMs + (index % 7) * 100;
    }
    const { uploadRate } = history.report(1, '5m', now);
    expect(uploadRate.slice(-100, -1)).toEqual(new Array(99).fill(100));
  });

  it('says of what was before it began that nothing is known', () => {
    const { history, now } = historyOf(10, () => []);
    const { uploadRate, peers } = history.report(null, '5m', now);
    expect(uploadRate.slice(0, 140)).toEqual(new Array(140).fill(null));
    expect(uploadRate.slice(140)).toEqual(new Array(10).fill(0));
    expect(peers[0]).toBeNull();
  });

  it('takes the mean of longer steps, idle samples among them', () => {
    const { history, now } = historyOf(31, (index) =>
      index % 2 === 0 ? [{ id: 1, uploadRate: 1000, peers: 3 }] : [],
    );
    const { uploadRate, peers } = history.report(1, '1h', now);
    expect(uploadRate.slice(-3)).toEqual([500, 500, 500]);
    expect(peers.at(-1)).toBe(1.5);
  });

  it('is no longer than its range when the clock was set back', () => {
    const { history } = historyOf(100, () => [{ id: 1, uploadRate: 10, peers: 1 }]);
    const { uploadRate, peers } = history.report(1, '5m', start + 10 * stepMs);
    expect([uploadRate.length, peers.length]).toEqual([150, 150]);
    expect(uploadRate.slice(-10)).toEqual(new Array(10).fill(10));
  });

  it('sums over all publications', () => {
    const { history, now } = historyOf(3, () => [
      { id: 1, uploadRate: 10, peers: 1 },
      { id: 2, uploadRate: 20, peers: 2 },
    ]);
    expect(history.report(null, '5m', now).uploadRate.at(-1)).toBe(30);
    expect(history.report(null, '5m', now).peers.at(-1)).toBe(3);
    expect(history.report(3, '5m', now).uploadRate.at(-1)).toBe(0);
  });

  it('lets go of what is past, and of what is removed', () => {
    const { history } = historyOf(5, () => [{ id: 1, uploadRate: 10, peers: 1 }]);
    const later = start + 40 * day;
    expect(history.report(1, '30d', later).uploadRate.some((rate) => rate)).toBe(false);
    const { history: other, now } = historyOf(5, () => [{ id: 1, uploadRate: 10, peers: 1 }]);
    other.forget(1);
    expect(other.report(1, '5m', now).uploadRate.at(-1)).toBe(0);
  });

  it('fills what it did not see from what was sent each day', () => {
    const { history, now } = historyOf(3, () => []);
    const days = new Map([
      [Math.floor(start / day) - 3, 86_400_000],
      [Math.floor(start / day) - 1, 864_000],
    ]);
    const { uploadRate } = history.report(null, '30d', now, days);
    expect(uploadRate.slice(-36)).toEqual([
      ...new Array(12).fill(1000),
      ...new Array(12).fill(0),
      ...new Array(12).fill(10),
    ]);
    expect(uploadRate.at(-37)).toBeNull();
  });

  it('tells the last minutes of what was busy, and when there is more to tell', () => {
    const history = new History(start);
    const told: number[] = [];
    for (let index = 0; index < 21; index++) {
      const busy = index >= 10 ? [{ id: 7, uploadRate: 50, peers: 1 }] : [];
      if (history.sample(start + index * stepMs, busy)) told.push(index);
    }
    expect(told).toEqual([15, 20]);
    const { total, publications, ...activity } = history.activity(start + 20 * stepMs);
    expect(activity.stepMs).toBe(10_000);
    expect(total.slice(-4)).toEqual([0, 0, 50, 50]);
    expect(publications).toEqual([{ id: 7, uploadRate: total }]);
  });
});

describe('what outlives the engine', () => {
  const minute = 60_000;

  /** Gives one sample a second, until a time. */
  function measure(history: History, from: number, to: number, uploadRate: number): void {
    for (let now = from; now < to; now += 1000) {
      history.sample(now, uploadRate > 0 ? [{ id: 1, uploadRate, peers: 2 }] : []);
    }
  }

  async function keeperIn(folder: string, at: number, isKnown = (_id: number) => true) {
    const history = new History(at);
    const troubles: unknown[] = [];
    const keeper = new HistoryKeeper({ history, folder, onTrouble: (one) => troubles.push(one) });
    await keeper.start(isKnown);
    return { history, keeper, troubles };
  }

  it('is each longer range, with a gap for when no engine ran', async () => {
    const folder = await temporaryFolder();
    const first = await keeperIn(folder, start);
    measure(first.history, start, start + 20 * minute, 500);
    await first.keeper.stop();

    const again = start + 40 * minute;
    const second = await keeperIn(folder, again);
    measure(second.history, again, again + 10 * minute, 0);
    const hour = second.history.report(1, '1h', again + 10 * minute);
    // of an hour in steps of 20 s: ten minutes before, 20 busy, 20 without an engine, 10 idle
    expect(hour.uploadRate.slice(-150)).toEqual([
      ...new Array(60).fill(500),
      ...new Array(60).fill(null),
      ...new Array(30).fill(0),
    ]);
    expect(hour.peers[40]).toBe(2);
    expect(second.history.report(null, '24h', again + 10 * minute).uploadRate.slice(-10)).toEqual([
      ...[500, 500, 500, 500],
      ...[null, null, null, null],
      ...[0, 0],
    ]);
    await second.keeper.stop();
  });

  it('is a step that two engines measured, as the mean of both', async () => {
    const folder = await temporaryFolder();
    const first = await keeperIn(folder, start);
    measure(first.history, start, start + 30 * minute, 900);
    await first.keeper.stop();
    const second = await keeperIn(folder, start + 60 * minute);
    measure(second.history, start + 60 * minute, start + 120 * minute, 300);
    await second.keeper.stop();
    const third = await keeperIn(folder, start + 121 * minute);
    const { uploadRate, peers } = third.history.report(1, '30d', start + 121 * minute);
    expect([uploadRate.at(-1), peers.at(-1), uploadRate.at(-2)]).toEqual([500, 2, null]);
    await third.keeper.stop();
  });

  it('is not what is of publications that are gone', async () => {
    const folder = await temporaryFolder();
    const first = await keeperIn(folder, start);
    measure(first.history, start, start + minute, 500);
    await first.keeper.stop();
    const second = await keeperIn(folder, start + minute, () => false);
    expect(second.history.report(1, '1h', start + 2 * minute).uploadRate.at(-4)).toBe(0);
    expect(second.history.report(null, '1h', start + 2 * minute).uploadRate.at(-4)).toBe(500);
    await second.keeper.stop();
  });

  it('is what was written before a crash tore the end off, and what comes after', async () => {
    const file = join(await temporaryFolder(), '1h');
    const log = new StepLog(file, 3);
    await log.append([step(1), step(2)]);
    await log.append([step(3)]);
    await appendFile(file, 'torn');
    const again = new StepLog(file, 3);
    expect(await again.load()).toEqual([step(1), step(2), step(3)]);
    await again.append([step(4)]);
    expect((await new StepLog(file, 3).load()).map((one) => one.step)).toEqual([1, 2, 3, 4]);
    // what is too old goes with its file
    await again.append([step(7)]);
    expect((await new StepLog(file, 3).load()).map((one) => one.step)).toEqual([4, 7]);
  });

  function step(number: number) {
    return {
      step: number,
      samples: 20,
      ids: Uint32Array.of(0, 7),
      uploadRates: Float32Array.of(2, 1),
      peers: Float32Array.of(1, 1),
    };
  }

  it('is complained of when it cannot be kept, and nothing else fails', async () => {
    const folder = join(await temporaryFolder(), 'file');
    await writeFile(folder, '');
    const { history, keeper, troubles } = await keeperIn(folder, start);
    measure(history, start, start + minute, 500);
    await keeper.stop();
    expect(troubles.length).toBeGreaterThan(0);
  });
});

describe('a sparse series', () => {
  it('holds what a plain list of the last steps holds', () => {
    const pushes = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 })),
    );
    fc.assert(
      fc.property(pushes, fc.integer({ min: 1, max: 30 }), (gaps, capacity) => {
        const series = new SparseSeries(capacity);
        let plain: [number, number][] = [];
        let step = 1000;
        for (const [gap, rate] of gaps) {
          step += gap;
          series.push(step, { uploadRate: rate, peers: rate });
          plain = [...plain, [step, rate] as [number, number]].filter(
            ([at]) => at > step - capacity,
          );
          const kept: [number, number][] = [];
          series.forEachFrom(0, (at, { uploadRate }) => kept.push([at, uploadRate]));
          expect(kept).toEqual(plain);
        }
        series.forgetBefore(step + 1);
        expect(series.size).toBe(0);
      }),
    );
  });
});
