import { expect, test } from 'vitest';
import { Activity, latencyBounds } from '../../source/tracker/activity.ts';

test('requests are counted by protocol, event and outcome', () => {
  const activity = new Activity(() => 0);
  activity.announced('http', 'started');
  activity.announced('udp', 'none');
  activity.scraped('udp');
  activity.count('udp', 'limited');
  const { http, udp } = activity.report().protocols;
  expect(http.announces).toEqual({ none: 0, started: 1, stopped: 0, completed: 0, paused: 0 });
  expect(http.outcomes.answered).toBe(1);
  expect(udp).toMatchObject({ scrapes: 1, outcomes: { answered: 2, limited: 1 } });
});

test('rates follow what happens', () => {
  const clock = { ms: 0 };
  const activity = new Activity(() => clock.ms);
  const second = (announces: number) => {
    for (let n = 0; n < announces; n++) activity.announced('udp', 'none');
    clock.ms += 1_000;
    activity.tick();
  };
  for (let n = 0; n < 60; n++) second(100);
  expect(activity.announceRate).toBeCloseTo(100, 2);
  for (let n = 0; n < 60; n++) second(0);
  expect(activity.announceRate).toBeLessThan(0.01);
});

test('of the answers every 16th is timed', () => {
  const clock = { ms: 0 };
  const activity = new Activity(() => clock.ms);
  for (let n = 0; n < 64; n++) {
    const begun = activity.measure();
    clock.ms += n < 32 ? 0.03 : 1_000;
    activity.measured(begun);
  }
  const { counts, seconds } = activity.report().latency;
  expect(counts).toHaveLength(latencyBounds.length + 1);
  expect(counts[latencyBounds.indexOf(0.00005)]).toBe(2);
  expect(counts.at(-1)).toBe(2);
  expect(seconds).toBeCloseTo(2.00006, 5);
});
