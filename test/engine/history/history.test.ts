import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History, sampleIntervalMs } from '../../../source/engine/history/history.ts';
import { SparseSeries } from '../../../source/engine/history/sparse-series.ts';

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
    expect(history.report(1, '30d', later).uploadRate.some((rate) => rate !== 0)).toBe(false);
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
