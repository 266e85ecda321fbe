/** Leaves out what matters least (the highest `priority`, the later first) until the rest fits. */
export function keepByPriority<Item extends { width: number; priority: number }>(
  items: readonly Item[],
  gap: number,
  width: number,
): Item[] {
  let kept = [...items];
  while (kept.length > 0 && totalWidth(kept, gap) > width) {
    const last = kept.reduce((worst, item) => (item.priority >= worst.priority ? item : worst));
    kept = kept.filter((item) => item !== last);
  }
  return kept;
}

function totalWidth(items: readonly { width: number }[], gap: number): number {
  return items.reduce((sum, item) => sum + item.width, gap * (items.length - 1));
}
