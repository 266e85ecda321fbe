/** A rate that holds at certain times. */
export interface ScheduledRate {
  /** By the day of the week, Sunday first: whether the time begins on it. */
  days: readonly boolean[];
  /** Minutes of the day; an end at or before the start is on the next day. */
  start: number;
  end: number;
  /** Bytes per second; null for no limit. */
  rate: number | null;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minutesOfDay = 24 * 60;

/**
 * Reads a line of a schedule: days (`daily`, `mon-fri`, `sat,sun`), a time (`08:00-18:30`) and a
 * rate in bytes per second, 0 for no limit. Null when it is none.
 */
export function parseScheduledRate(line: string): ScheduledRate | null {
  const match = /^(\S+) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d) (\d{1,15})$/.exec(line);
  const days = match?.[1] === undefined ? null : parseDays(match[1]);
  if (!match || !days) return null;
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0, rate = 0] = match
    .slice(2)
    .map(Number);
  const end = endHour * 60 + endMinute;
  if (end > minutesOfDay) return null;
  return { days, start: startHour * 60 + startMinute, end, rate: rate === 0 ? null : rate };
}

/** The rate at a time: the first of the schedule that holds then, or else the usual one. */
export function rateAt(
  schedule: readonly ScheduledRate[],
  usual: number | null,
  date: Date,
): number | null {
  const minute = date.getHours() * 60 + date.getMinutes();
  const today = date.getDay();
  const yesterday = (today + 6) % 7;
  const holds = schedule.find(({ days, start, end }) => {
    if (end > start) return days[today] && minute >= start && minute < end;
    return (days[today] && minute >= start) || (days[yesterday] && minute < end);
  });
  return holds ? holds.rate : usual;
}

function parseDays(text: string): boolean[] | null {
  if (text === 'daily') return Array(7).fill(true);
  const days: boolean[] = Array(7).fill(false);
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-', 2).map((name) => dayNames.indexOf(name));
    if (first === undefined || last === undefined || first < 0 || last < 0) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days[day] = true;
      if (day === last) break;
    }
  }
  return days;
}
