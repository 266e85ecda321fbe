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

/** Round numbers whose half is one too, so that a scale can name its middle. */
const roundSteps = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80];
const roundHundreds = [100, 120, 160, 200, 240, 300, 400, 500, 600, 800];

/** A round number that is not below `value`, of a unit that is a power of `unit`. */
export function roundUp(value: number, unit: 1000 | 1024): number {
  if (value <= 1) return 1;
  const power = unit ** Math.floor(Math.log(value) / Math.log(unit));
  const steps = [...roundSteps, ...roundHundreds];
  return (steps.find((step) => step * power >= value) ?? unit) * power;
}

/** The same of things that are counted: even, so that the half of it can be too. */
export function roundUpCount(value: number): number {
  const most = roundUp(value, 1000);
  return most % 2 === 0 ? most : roundUp(most + 1, 1000);
}
