import type { Reachability } from '../../control/engine.ts';
import type { HealthState } from '../../control/publications.ts';

/** Every symbol the dashboard draws, by what it means. */
export interface Glyphs {
  cursor: string;
  ellipsis: string;
  separator: string;
  rule: string;
  barFull: string;
  /** Half a cell of bar, where the glyph set has one. */
  barHalf: string | null;
  barEmpty: string;
  up: string;
  moveKeys: string;
  done: string;
  failed: string;
  warning: string;
  engine: string;
  none: string;
  more: string;
  checked: string;
  unchecked: string;
  /** Whether `▀` and its like can be drawn. */
  hasHalfBlocks: boolean;
  sending: string;
  waiting: string;
  idle: string;
  /** On a row that is marked. */
  marked: string;
  /** Sort orders: the smallest first, the largest first. */
  ascending: string;
  descending: string;
  /** Beside what is in view of a list that is longer. */
  scrollThumb: string;
  /** From nothing to the most, which is less than a cell, so that rows stay apart. */
  spark: readonly string[];
  /** Whether graphs can be drawn in braille. */
  hasBraille: boolean;
  health: Record<HealthState, string>;
  reach: Record<Reachability['state'], string>;
  /** To the left of a graph, and where its scale has a number. */
  axis: string;
  axisTick: string;
}

export const unicodeGlyphs: Glyphs = {
  cursor: '▸',
  ellipsis: '…',
  separator: '·',
  rule: '─',
  barFull: '━',
  barHalf: '╾',
  barEmpty: '─',
  up: '↑',
  moveKeys: '↑↓',
  done: '✓',
  failed: '×',
  warning: '▲',
  engine: '●',
  none: '–',
  more: '›',
  checked: '[×]',
  unchecked: '[ ]',
  hasHalfBlocks: true,
  sending: '↑',
  waiting: '…',
  idle: '·',
  marked: '✓',
  ascending: '↑',
  descending: '↓',
  scrollThumb: '┃',
  spark: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'],
  hasBraille: true,
  health: {
    healthy: '●',
    'at-risk': '◆',
    'sole-seed': '◐',
    degraded: '▲',
    unreachable: '○',
    dead: '×',
    paused: '‖',
  },
  reach: { open: '●', mapped: '◐', unknown: '?', 'not-mapped': '▲', closed: '×' },
  axis: '│',
  axisTick: '┤',
};

export const asciiGlyphs: Glyphs = {
  cursor: '>',
  ellipsis: '~',
  separator: '|',
  rule: '-',
  barFull: '#',
  barHalf: null,
  barEmpty: '.',
  up: 'up',
  moveKeys: 'Up/Down',
  done: 'OK',
  failed: 'x',
  warning: '!',
  engine: '*',
  none: '-',
  more: '>',
  checked: '[x]',
  unchecked: '[ ]',
  hasHalfBlocks: false,
  sending: '^',
  waiting: '~',
  idle: '.',
  marked: '+',
  ascending: '^',
  descending: 'v',
  scrollThumb: '#',
  spark: [' ', '.', ':', '-', '=', '+', '*', '#'],
  hasBraille: false,
  health: {
    healthy: '*',
    'at-risk': '!',
    'sole-seed': '1',
    degraded: '%',
    unreachable: '?',
    dead: 'x',
    paused: '=',
  },
  reach: { open: '*', mapped: '.', unknown: '?', 'not-mapped': '!', closed: 'x' },
  axis: '|',
  axisTick: '+',
};
