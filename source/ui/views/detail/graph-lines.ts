import type { HistoryRange, HistoryReport } from '../../../control/engine.ts';
import { formatBytes, formatRate } from '../../../format/units.ts';
import { asciiGraph, brailleGraph, roundUp } from '../../components/braille.ts';
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

/** The scale to the left of a graph: `1000 KiB/s`. */
const scaleWidth = 11;

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
    most: roundUp(peak, 1024),
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
    most: roundUp(peak, 1000),
    format: String,
    as: 'good',
  };
}

function drawn(
  { title, summary, values, most, format, as }: Graph,
  { width, height, glyphs }: { width: number; height: number; glyphs: Glyphs },
): Span[][] {
  const draw = glyphs.hasBraille ? brailleGraph : asciiGraph;
  const size = { width: Math.max(1, width - scaleWidth - 2), height, most };
  const scale = (line: number) => {
    if (line === 0) return format(most);
    return line === height - 1 ? '0' : '';
  };
  return [
    [
      { text: ` ${title}`, as: 'heading' },
      { text: `  ${summary}`, as: 'muted' },
    ],
    ...draw(values, size).map((text, line): Span[] => [
      { text: `${scale(line).padStart(scaleWidth)} `, as: 'muted' },
      { text, as },
    ]),
  ];
}

function timeLine(range: HistoryRange, width: number): Span[] {
  const begin = `${rangeWords[range] === 'hour' ? '1 hour' : rangeWords[range]} ago`;
  const room = Math.max(1, width - scaleWidth - 2 - begin.length - 'now'.length);
  return [{ text: `${' '.repeat(scaleWidth + 1)}${begin}${' '.repeat(room)}now`, as: 'muted' }];
}
