import { expect, test } from 'vitest';
import {
  limitsAt,
  parseScheduledLimit,
  type Rates,
} from '../../../source/seeding/limits/schedule.ts';

const scheduleOf = (...lines: string[]) =>
  lines.map((line) => parseScheduledLimit(line)).filter((entry) => entry !== null);

const none: Rates = { overall: null, perPeer: null };
const rateAt = (schedule: ReturnType<typeof scheduleOf>, usual: number | null, date: Date) =>
  limitsAt(schedule, { overall: usual, perPeer: null }, date).overall;

/** 4 January 2026 is a Sunday. */
const at = (day: number, time: string) =>
  new Date(2026, 0, 4 + day, Number(time.slice(0, 2)), Number(time.slice(3)));

test.each([
  ['a day before', 1, '07:59', null],
  ['its beginning', 1, '08:00', 500],
  ['its last minute', 5, '17:59', 500],
  ['its end', 5, '18:00', null],
  ['another day', 6, '12:00', null],
  ['a night', 6, '23:30', 100],
  ['the morning after it', 0, '05:59', 100],
  ['a morning after no night', 1, '03:00', null],
])('at %s', (_, day, time, rate) => {
  const schedule = scheduleOf('mon-fri 08:00-18:00 500', 'sat 23:00-06:00 100');
  expect(rateAt(schedule, null, at(day, time))).toBe(rate);
});

test('the first that holds counts, the usual rate where none does, and 0 is no limit', () => {
  const schedule = scheduleOf('wed,fri-sun 00:00-24:00 7', 'daily 10:00-11:00 0');
  expect(rateAt(schedule, 1, at(3, '10:30'))).toBe(7);
  expect(rateAt(schedule, 1, at(0, '10:30'))).toBe(7);
  expect(rateAt(schedule, 1, at(1, '10:30'))).toBeNull();
  expect(rateAt(schedule, 1, at(1, '11:00'))).toBe(1);
});

test('a rate to each peer may be another, too, or all limits a share of what they are', () => {
  const schedule = scheduleOf(
    'mon 08:00-18:00 500 peer 50',
    'tue 08:00-18:00 0 peer 0',
    'wed 08:00-18:00 500',
    'thu 08:00-18:00 25%',
  );
  const usual = { overall: 1_000, perPeer: 80 };
  expect(limitsAt(schedule, usual, at(1, '12:00'))).toEqual({
    overall: 500,
    perPeer: 50,
    share: 1,
  });
  expect(limitsAt(schedule, usual, at(2, '12:00'))).toEqual({ ...none, share: 1 });
  expect(limitsAt(schedule, usual, at(3, '12:00'))).toEqual({
    overall: 500,
    perPeer: 80,
    share: 1,
  });
  expect(limitsAt(schedule, usual, at(4, '12:00'))).toEqual({
    overall: 250,
    perPeer: 20,
    share: 0.25,
  });
  expect(limitsAt(schedule, none, at(4, '12:00'))).toEqual({ ...none, share: 0.25 });
  expect(limitsAt(schedule, usual, at(5, '12:00'))).toEqual({ ...usual, share: 1 });
});

test.each([
  '',
  'daily',
  'daily 10:00-11:00',
  'someday 10:00-11:00 5',
  'mon-xyz 10:00-11:00 5',
  'mon 24:00-11:00 5',
  'mon 10:00-24:01 5',
  'mon 10:60-11:00 5',
  'mon 10:00-11:00 -5',
  'mon 10:00-11:00 5 6',
  'mon 10:00-11:00 5 peer',
  'mon 10:00-11:00 0%',
  'mon 10:00-11:00 101%',
  'mon 10:00-11:00 50% peer 5',
])('%j is no part of a schedule', (line) => expect(parseScheduledLimit(line)).toBeNull());
