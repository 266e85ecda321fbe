/** Rates that may be sent; bytes per second, null for no limit. */
export interface Rates {
  /** To all together. */
  overall: number | null;
  /** To each peer. */
  perPeer: number | null;
}

/** What holds at certain times instead of the usual. */
interface ScheduledLimit {
  /** By the day of the week, Sunday first: whether the time begins on it. */
  days: readonly boolean[];
  /** Minutes of the day; an end at or before the start is on the next day. */
  start: number;
  end: number;
  /** Rates instead of the usual ones, or the share of every usual limit, above 0 to 1. */
  limits: Partial<Rates> | { share: number };
}

/** The rates of a moment, and the share that then holds of every publication's own limit. */
interface CurrentLimits extends Rates {
  share: number;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minutesOfDay = 24 * 60;
const linePattern =
  /^(\S+) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d) (?:(\d{1,15})(?: peer (\d{1,15}))?|(100|[1-9]\d?)%)$/;

/**
 * Reads a line of a schedule: days (`daily`, `mon-fri`, `sat,sun`), a time (`08:00-18:30`) and what
 * holds then: a rate to all together in bytes per second, 0 for no limit, and one to each peer if
 * it is to be another (`500000 peer 20000`); or a share of all limits (`50%`). Null when it is none.
 */
export function parseScheduledLimit(line: string): ScheduledLimit | null {
  const match = linePattern.exec(line);
  const days = match?.[1] === undefined ? null : parseDays(match[1]);
  if (!match || !days) return null;
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = match.slice(2).map(Number);
  const end = endHour * 60 + endMinute;
  if (end > minutesOfDay) return null;
  const [overall, perPeer, percent] = match.slice(6);
  const limits =
    percent === undefined
      ? {
          overall: Number(overall) || null,
          ...(perPeer !== undefined && { perPeer: Number(perPeer) || null }),
        }
      : { share: Number(percent) / 100 };
  return { days, start: startHour * 60 + startMinute, end, limits };
}

/** What holds at a time: the first of the schedule that does, or else the usual rates. */
export function limitsAt(
  schedule: readonly ScheduledLimit[],
  usual: Rates,
  date: Date,
): CurrentLimits {
  const minute = date.getHours() * 60 + date.getMinutes();
  const today = date.getDay();
  const yesterday = (today + 6) % 7;
  const holds = schedule.find(({ days, start, end }) => {
    if (end > start) return days[today] && minute >= start && minute < end;
    return (days[today] && minute >= start) || (days[yesterday] && minute < end);
  });
  const limits = holds?.limits ?? {};
  if (!('share' in limits)) return { ...usual, ...limits, share: 1 };
  const { share } = limits;
  return {
    overall: shareOf(usual.overall, share),
    perPeer: shareOf(usual.perPeer, share),
    share,
  };
}

/** A share of a rate; null for no limit, as of no limit there is no share. */
export function shareOf(rate: number | null, share: number): number | null {
  return rate === null ? null : Math.max(1, Math.round(rate * share));
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
