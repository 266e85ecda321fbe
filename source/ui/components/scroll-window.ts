/**
 * The first line to show so that the cursor is in view, moving no further than needed: each line
 * that stays where it was costs no bytes.
 */
export function scrollWindow(
  previousTop: number,
  cursor: number,
  count: number,
  height: number,
): number {
  const lastTop = Math.max(0, count - height);
  const lowest = Math.max(0, Math.min(cursor, lastTop));
  const highest = Math.max(0, cursor - height + 1);
  return Math.max(highest, Math.min(previousTop, lowest, lastTop));
}

/**
 * Which of the `height` rows in view a scroll mark covers: what part of all is in view, and where.
 * Null when all of it is. It touches an end only when that end is in view.
 */
export function scrollThumb(
  top: number,
  height: number,
  count: number,
): { from: number; to: number } | null {
  const lastTop = count - height;
  if (lastTop <= 0 || height < 2) return null;
  const size = Math.max(1, Math.min(height - 1, Math.round((height * height) / count)));
  const free = height - size;
  const exact = Math.round((Math.min(top, lastTop) / lastTop) * free);
  const from =
    free < 2 || top <= 0 || top >= lastTop ? exact : Math.max(1, Math.min(free - 1, exact));
  return { from, to: from + size };
}
