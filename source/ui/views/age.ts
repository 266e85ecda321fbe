const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A span of time in its largest unit, no finer than minutes, so that it rarely changes: `<1m`,
 * `12m`, `3h`, `9d`.
 */
export function formatAge(milliseconds: number): string {
  if (milliseconds < minute) return '<1m';
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)}m`;
  if (milliseconds < day) return `${Math.floor(milliseconds / hour)}h`;
  return `${Math.floor(milliseconds / day)}d`;
}

/** A moment by the clock on the wall here: `01-31 14:05:09`. */
export function formatMoment(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${date.toTimeString().slice(0, 8)}`;
}
