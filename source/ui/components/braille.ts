/** The dots of a braille cell from the bottom up, in its left and its right column. */
const dots = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const;

const blank = 0x2800;
const rowsOfDots = 4;
const asciiLevels = [' ', '.', ':', '#'];

interface GraphSize {
  /** In cells. */
  width: number;
  height: number;
  /** The value at the top. */
  most: number;
}

/**
 * Values over time as an area, `height` lines of `width` cells, the oldest on the left. Null draws
 * nothing; whatever is above nothing draws something.
 */
export function brailleGraph(
  values: readonly (number | null)[],
  { width, height, most }: GraphSize,
): string[] {
  const levels = levelsOf(resample(values, width * 2), height * rowsOfDots, most);
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * rowsOfDots;
    return Array.from({ length: width }, (_, cell) => {
      let bits = 0;
      for (const [side, column] of dots.entries()) {
        const lit = (levels[cell * 2 + side] ?? 0) - below;
        for (const [dot, bit] of column.entries()) if (dot < lit) bits |= bit;
      }
      return String.fromCharCode(blank + bits);
    }).join('');
  });
}

/** The same for terminals that have ASCII only. */
export function asciiGraph(
  values: readonly (number | null)[],
  { width, height, most }: GraphSize,
): string[] {
  const perCell = asciiLevels.length - 1;
  const levels = levelsOf(resample(values, width), height * perCell, most);
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * perCell;
    const cells = levels.map((level) => asciiLevels[Math.max(0, Math.min(perCell, level - below))]);
    return cells.join('');
  });
}

function levelsOf(values: readonly (number | null)[], steps: number, most: number): number[] {
  return values.map((value) => {
    if (!value || most <= 0) return 0;
    return Math.max(1, Math.min(steps, Math.round((value / most) * steps)));
  });
}

/** So many values as there are columns: each the mean of those that fall into it. */
export function resample(values: readonly (number | null)[], columns: number): (number | null)[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    const known = values.slice(from, to).filter((value) => value !== null);
    if (known.length === 0) return null;
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** A round number that is not below: 1, 2 or 5 times a power of ten, of the unit `unit`. */
export function roundUp(value: number, unit: 1000 | 1024): number {
  if (value <= 1) return 1;
  const power = unit ** Math.floor(Math.log(value) / Math.log(unit));
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
  return (steps.find((step) => step * power >= value) ?? unit) * power;
}
