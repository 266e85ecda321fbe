import { useState } from 'react';
import { scrollWindow } from '../components/scroll-window.ts';

/** The first visible line of a list whose cursor is kept in view. */
export function useScrollTop(cursor: number, count: number, height: number): number {
  const [previousTop, setPreviousTop] = useState(0);
  const top = scrollWindow(previousTop, cursor, count, height);
  // State derived from the state before, which React allows while rendering.
  if (top !== previousTop) setPreviousTop(top);
  return top;
}
