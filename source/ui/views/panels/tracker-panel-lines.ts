import type { EngineStatus } from '../../../control/engine.ts';
import type { TrackerProtocol, TrackerStats } from '../../../control/tracker.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatSpan } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import { type ColumnWidth, fitColumns } from '../../components/fit-columns.ts';
import { progressBar } from '../../components/progress-bar.ts';
import { type Span, spansWidth } from '../../components/spans.ts';
import type { EngineState } from '../../state/engine-state.ts';
import { fitText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import type { Token } from '../../theme/theme.ts';
import { formatAge } from '../age.ts';

type ProtocolStats = TrackerStats['protocols'][TrackerProtocol];
export type ProtocolRow = ProtocolStats & { name: string };
type Swarm = TrackerStats['largest'][number];

interface TextColumn<Item> extends ColumnWidth {
  title: string;
  align: 'left' | 'right';
  value(item: Item, width: number): string;
  /** How a cell looks; plain when left out. */
  look?(item: Item): Token;
}

const labelWidth = 13;
const wideFrom = 90;
/** How many facts are short, and the cells between them and what they are beside. */
const besideCount = 2;
const besideGap = 3;

/** What the tracker does: what it holds, what it is asked, and its largest swarms. */
export function trackerPanelLines(
  { tracker, status }: Pick<EngineState, 'tracker' | 'status'>,
  width: number,
  glyphs: Glyphs,
): Span[][] {
  if (!tracker || !status) return [];
  return [
    ...factLines(trackerPanelFacts(tracker, status), width),
    [],
    ...table(protocolRows(tracker), protocolColumns, width, glyphs),
    [],
    ...swarmLines(tracker.largest, width, glyphs),
  ];
}

/** What the tracker is and holds, each with its label. */
export function trackerPanelFacts(
  tracker: TrackerStats,
  status: EngineStatus,
): (readonly [label: string, text: string])[] {
  const { peers } = tracker;
  return [
    ['Listens at', `HTTP ${status.http.port}, UDP ${status.udp.port}, as ${status.publicHost}`],
    ['Swarms', `${tracker.swarms} with peers, of ${counted(tracker.publications, 'publication')}`],
    [
      'Peers',
      `${peers.ipv4 + peers.ipv6 + peers.websocket}: ${peers.ipv4} by IPv4, ${peers.ipv6} by IPv6, ${peers.websocket} by WebSocket`,
    ],
    ['Runs for', formatAge(tracker.uptime * 1000)],
    ['Interval', formatSpan(tracker.interval)],
  ];
}

/** What it was asked by each protocol, and by all together. */
export function protocolRows({ protocols }: TrackerStats): ProtocolRow[] {
  const total = Object.values(protocols).reduce(sumOf, noRequests);
  return [
    { name: 'HTTP', ...protocols.http },
    { name: 'UDP', ...protocols.udp },
    { name: 'WebSocket', ...protocols.websocket },
    { name: 'All', ...total },
  ];
}

/** The short ones, which come last, beside the others where there is room. */
function factLines(facts: readonly (readonly [string, string])[], width: number): Span[][] {
  const lines = facts.map(([label, text]) => fact(label, text));
  const beside = lines.slice(-besideCount);
  const below = lines.slice(0, -besideCount);
  const left = Math.max(...below.slice(0, besideCount).map(spansWidth)) + besideGap;
  if (left + Math.max(...beside.map(spansWidth)) > width) return lines;
  return below.map((line, place) => {
    const other = beside[place];
    return other ? [...line, { text: ' '.repeat(left - spansWidth(line)) }, ...other] : line;
  });
}

function fact(label: string, text: string): Span[] {
  return [{ text: ` ${label.padEnd(labelWidth)}`, as: 'muted' }, { text: stripControls(text) }];
}

const noRequests: ProtocolStats = {
  announceRate: 0,
  announces: 0,
  scrapes: 0,
  answered: 0,
  refused: 0,
  malformed: 0,
  limited: 0,
};

function sumOf(a: ProtocolStats, b: ProtocolStats): ProtocolStats {
  return {
    announceRate: a.announceRate + b.announceRate,
    announces: a.announces + b.announces,
    scrapes: a.scrapes + b.scrapes,
    answered: a.answered + b.answered,
    refused: a.refused + b.refused,
    malformed: a.malformed + b.malformed,
    limited: a.limited + b.limited,
  };
}

function count<Item>(
  title: string,
  priority: number,
  value: (item: Item) => number,
  minWidth = title.length,
): TextColumn<Item> {
  const text = (item: Item) => String(Math.round(value(item)));
  const look = (item: Item): Token => (value(item) === 0 ? 'muted' : 'text');
  return { title, align: 'right', minWidth, grow: 0, priority, value: text, look };
}

const protocolColumns: TextColumn<ProtocolRow>[] = [
  {
    title: 'Asked by',
    align: 'left',
    minWidth: 10,
    grow: 1,
    priority: 0,
    value: ({ name }) => name,
  },
  { ...count('A second', 1, ({ announceRate }) => announceRate), value: (row) => rate(row) },
  count('Announces', 1, ({ announces }) => announces),
  count('Scrapes', 5, ({ scrapes }) => scrapes),
  count('Answered', 2, ({ answered }) => answered),
  count('Refused', 3, ({ refused }) => refused),
  count('Malformed', 4, ({ malformed }) => malformed),
  count('Too often', 6, ({ limited }) => limited),
];

function rate({ announceRate }: ProtocolStats): string {
  return announceRate < 0.05 ? '0' : announceRate.toFixed(announceRate < 10 ? 1 : 0);
}

const swarmColumns = (most: number, glyphs: Glyphs): TextColumn<Swarm>[] => [
  {
    title: 'Largest swarms',
    align: 'left',
    minWidth: 14,
    grow: 1,
    priority: 0,
    value: ({ name, infoHash }) => stripControls(name ?? `${infoHash} (not published here)`),
  },
  {
    title: '',
    align: 'left',
    minWidth: 12,
    grow: 0,
    priority: 4,
    value: ({ seeds, leechers }, width) =>
      progressBar(most > 0 ? (seeds + leechers) / most : 0, width, glyphs).full,
    look: () => 'good',
  },
  count('Completed', 3, ({ completed }) => completed),
  count('Seeds', 1, ({ seeds }) => seeds, 6),
  count('Leechers', 2, ({ leechers }) => leechers),
];

function swarmLines(swarms: readonly Swarm[], width: number, glyphs: Glyphs): Span[][] {
  const [largest] = swarms;
  if (!largest) return [[{ text: ' No swarm has peers now.', as: 'muted' }]];
  return table(swarms, swarmColumns(largest.seeds + largest.leechers, glyphs), width, glyphs);
}

function table<Item>(
  items: readonly Item[],
  columns: readonly TextColumn<Item>[],
  width: number,
  { ellipsis }: Glyphs,
): Span[][] {
  const gap = width < wideFrom ? 1 : 2;
  const fitted = fitColumns(columns, width - 2, gap);
  const line = (cell: (column: TextColumn<Item>, cells: number) => Span): Span[] =>
    fitted.map(({ column, width: cells }, place) => {
      const { text, as } = cell(column, cells);
      const before = ' '.repeat(place === 0 ? 1 : gap);
      return { text: before + fitText(text, cells, column.align, ellipsis), ...(as && { as }) };
    });
  return [
    line(({ title }) => ({ text: title, as: 'heading' })),
    ...items.map((item) =>
      line(({ value, look }, cells) => ({ text: value(item, cells), as: look?.(item) ?? 'text' })),
    ),
  ];
}
