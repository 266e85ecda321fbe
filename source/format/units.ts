const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number of bytes in three or four significant digits: `0 B`, `999 B`, `1.2 GiB`, `350 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.95 would be rounded up to "1024 KiB"
  while (value >= (unit === 0 ? 1024 : 1023.95) && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${binaryUnits[unit]}`;
}

/** Bytes per second: `3.4 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A time span in its two largest units: `4s`, `2m 05s`, `3h 07m`, `12d 4h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`;
}

/** A time span that was set, not measured, so that its smaller unit is often nothing: `30m`, `1m 30s`. */
export function formatSpan(seconds: number): string {
  return formatDuration(seconds).replace(/ 0+[smh]$/, '');
}

/**
 * Reads a size as people write it: `262144`, `256K`, `256 KiB`, `1.5M`. All units are powers of
 * 1024, as is usual for pieces. Returns whole bytes, or null when it is not a size.
 */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgtp])i?)?b?\s*$/i.exec(text);
  if (!match) return null;
  const power = match[2] ? 'kmgtp'.indexOf(match[2].toLowerCase()) + 1 : 0;
  const bytes = Number(match[1]) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size as `parseSize` reads it, exactly, in its largest unit: `512K`, `2M`, `1000000`. */
export function exactSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let unit = 0;
  let value = bytes;
  while (value > 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${units[unit]}`;
}

/**
 * Reads an upload limit as people write it: a size a second (`500K`, `2 MiB/s`), or `none`. Bytes
 * per second, null for no limit; undefined when it is neither.
 */
export function parseLimit(text: string): number | null | undefined {
  if (text.trim().toLowerCase() === 'none') return null;
  const bytes = parseSize(text.replace(/\/s\s*$/i, ''));
  return bytes !== null && bytes > 0 ? bytes : undefined;
}
