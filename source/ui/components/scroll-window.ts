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
