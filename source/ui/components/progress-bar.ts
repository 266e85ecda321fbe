import type { Glyphs } from '../theme/glyphs.ts';

/** The two parts of a bar that is `width` cells wide; `share` is 0 to 1. */
export function progressBar(
  share: number,
  width: number,
  glyphs: Glyphs,
): { full: string; empty: string } {
  const cells = Math.max(0, Math.min(1, share)) * width;
  const whole = Math.floor(cells);
  const half = glyphs.barHalf !== null && cells - whole >= 0.5 ? glyphs.barHalf : '';
  return {
    full: glyphs.barFull.repeat(whole) + half,
    empty: glyphs.barEmpty.repeat(width - whole - half.length),
  };
}

/** ` 54 %`, always five cells; 100 only when it is all. */
export function formatPercent(share: number): string {
  const percent = share >= 1 ? 100 : Math.min(99, Math.floor(share * 100));
  return `${String(percent).padStart(2)} %`.padStart(5);
}
