import type { Glyphs } from '../theme/glyphs.ts';

/**
 * The last `width` values as one cell each, the largest of them as high as a cell. Anything above
 * nothing shows; where there are fewer values, blanks come first.
 */
export function sparkline(values: readonly number[], width: number, { spark }: Glyphs): string {
  const shown = values.slice(-width);
  const most = Math.max(...shown, 0);
  const steps = spark.length - 1;
  const cells = shown.map((value) => {
    const level = value > 0 && most > 0 ? Math.max(1, Math.round((value / most) * steps)) : 0;
    return spark[level] ?? '';
  });
  return cells.join('').padStart(width);
}
