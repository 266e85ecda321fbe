import type { HistoryRange, HistoryReport } from '../../../control/engine.ts';
import { formatBytes, formatRate } from '../../../format/units.ts';
import { asciiGraph, brailleGraph, roundUp, roundUpCount } from '../../components/braille.ts';
import type { Span } from '../../components/spans.ts';
import type { Size } from '../../state/ui-state.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import type { Token } from '../../theme/theme.ts';

export const rangeWords: Record<HistoryRange, string> = {
  '5m': '5 minutes',
  '1h': 'hour',
  '24h': '24 hours',
  '30d': '30 days',
};

/** The scale to the left of a graph: `1000 KiB/s`, and the axis. */
const scaleWidth = 11;
const axisWidth = 2;
/** From so many lines on the middle has a number too. */
const middleFrom = 4;

const timeWords: Record<HistoryRange, { begin: string; middle: string }> = {
  '5m': { begin: '5 min ago', middle: '2 min 30 s' },
  '1h': { begin: '1 h ago', middle: '30 min' },
  '24h': { begin: '24 h ago', middle: '12 h' },
  '30d': { begin: '30 days ago', middle: '15 days' },
};

interface Graph {
  title: string;
  /** What the title goes on with. */
  summary: string;
  values: readonly (number | null)[];
  most: number;
  format(value: number): string;
  as: Token;
}

/** Two graphs, upload rate above peers, with their titles, their scales and the time below. */
export function graphLines(
  history: HistoryReport | null,
  range: HistoryRange,
  { columns: width, rows }: Size,
  glyphs: Glyphs,
): Span[][] {
  const span: Span[] = [
    { text: ` The last ${rangeWords[range]}`, as: 'strong' },
    { text: '   s another span', as: 'muted' },
  ];
  if (!history) return [span];
  // each has a title, and the time is below both
  const heights = rows - 4;
  const rateHeight = Math.max(1, Math.ceil(heights * 0.6));
  const peersHeight = Math.max(1, heights - rateHeight);
  return [
    span,
    ...drawn(rateGraph(history), { width, height: rateHeight, glyphs }),
    ...drawn(peersGraph(history), { width, height: peersHeight, glyphs }),
    timeLine(range, width),
  ];
}

export function rateGraph({ uploadRate, stepMs }: HistoryReport): Graph {
  const known = uploadRate.filter((rate) => rate !== null);
  const sum = known.reduce((total, rate) => total + rate, 0);
  const peak = Math.max(0, ...known);
  return {
    title: 'Upload rate',
    summary: `now ${formatRate(known.at(-1) ?? 0)}, peak ${formatRate(peak)}, sent ${formatBytes((sum * stepMs) / 1000)}`,
    values: uploadRate,
    most: Math.max(1024, roundUp(peak, 1024)),
    format: formatRate,
    as: 'accent',
  };
}

export function peersGraph({ peers }: HistoryReport): Graph {
  const known = peers.filter((count) => count !== null);
  const peak = Math.max(0, ...known);
  return {
    title: 'Peers',
    summary: `now ${Math.round(known.at(-1) ?? 0)}, peak ${Math.round(peak)}`,
    values: peers,
    most: roundUpCount(peak),
    format: String,
    as: 'good',
  };
}

function drawn(
  { title, summary, values, most, format, as }: Graph,
  { width, height, glyphs }: { width: number; height: number; glyphs: Glyphs },
): Span[][] {
  const draw = glyphs.hasBraille ? brailleGraph : asciiGraph;
  const size = { width: plotWidth(width), height, most };
  const middle = height < middleFrom ? -1 : Math.floor(height / 2);
  const scale = (line: number) => {
    if (line === 0) return format(most);
    if (line === middle) return format(most / 2);
    return line === height - 1 ? '0' : '';
  };
  return [
    [
      { text: ` ${title}`, as: 'heading' },
      { text: `  ${summary}`, as: 'muted' },
    ],
    ...draw(values, size).map((text, line): Span[] => [
      { text: `${scale(line).padStart(scaleWidth)} `, as: 'muted' },
      { text: scale(line) === '' ? glyphs.axis : glyphs.axisTick, as: 'rule' },
      { text, as },
    ]),
  ];
}

function plotWidth(width: number): number {
  return Math.max(1, width - scaleWidth - axisWidth - 1);
}

/** When the graphs begin, their middle, and now. */
function timeLine(range: HistoryRange, width: number): Span[] {
  const plot = plotWidth(width);
  const { begin, middle } = timeWords[range];
  const middleAt = Math.floor(plot / 2) - Math.floor(middle.length / 2);
  const isRoomy = begin.length + 2 < middleAt && middleAt + middle.length + 5 < plot;
  const first = isRoomy ? begin.padEnd(middleAt) + middle : begin;
  const indent = ' '.repeat(scaleWidth + axisWidth);
  return [{ text: `${indent}${first.padEnd(plot - 'now'.length)}now`, as: 'muted' }];
}
