import type { EngineStatus } from '../../../control/engine.ts';
import type { TrackerProtocol, TrackerStats } from '../../../control/tracker.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatDuration } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import { type ColumnWidth, fitColumns } from '../../components/fit-columns.ts';
import { progressBar } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import type { EngineState } from '../../state/engine-state.ts';
import { fitText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { formatAge } from '../age.ts';

type ProtocolStats = TrackerStats['protocols'][TrackerProtocol];
export type ProtocolRow = ProtocolStats & { name: string };
type Swarm = TrackerStats['largest'][number];

interface TextColumn<Item> extends ColumnWidth {
  title: string;
  align: 'left' | 'right';
  value(item: Item, width: number): string;
}

const labelWidth = 13;
const wideFrom = 90;

/** What the tracker does: what it holds, what it is asked, and its largest swarms. */
export function trackerPanelLines(
  { tracker, status }: Pick<EngineState, 'tracker' | 'status'>,
  width: number,
  glyphs: Glyphs,
): Span[][] {
  if (!tracker || !status) return [];
  return [
    ...trackerPanelFacts(tracker, status).map(([label, text]) => fact(label, text)),
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
    ['Runs for', `${formatAge(tracker.uptime * 1000)}`],
    ['Swarms', `${tracker.swarms} with peers, of ${counted(tracker.publications, 'publication')}`],
    [
      'Peers',
      `${peers.ipv4 + peers.ipv6 + peers.websocket}: ${peers.ipv4} by IPv4, ${peers.ipv6} by IPv6, ${peers.websocket} by WebSocket`,
    ],
    ['Interval', `${formatDuration(tracker.interval)} between a peer’s announces`],
  ];
}

/** What it was asked by each protocol, and by all together. */
export function protocolRows({ protocols }: TrackerStats): ProtocolRow[] {
  const total = Object.values(protocols).reduce(sumOf, noRequests);
  return [
    { name: 'HTTP', ...protocols.http },
    { name: 'UDP', ...protocols.udp },
    { name: 'WebSocket', ...protocols.websocket },
    { name: 'all', ...total },
  ];
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
  return { title, align: 'right', minWidth, grow: 0, priority, value: text };
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
  { ...count('a second', 1, ({ announceRate }) => announceRate), value: (row) => rate(row) },
  count('announces', 1, ({ announces }) => announces),
  count('scrapes', 5, ({ scrapes }) => scrapes),
  count('answered', 2, ({ answered }) => answered),
  count('refused', 3, ({ refused }) => refused),
  count('malformed', 4, ({ malformed }) => malformed),
  count('too often', 6, ({ limited }) => limited),
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
  },
  count('completed', 3, ({ completed }) => completed),
  count('seeds', 1, ({ seeds }) => seeds, 6),
  count('leechers', 2, ({ leechers }) => leechers),
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
  const line = (textOf: (column: TextColumn<Item>, cells: number) => string) =>
    ` ${fitted.map(({ column, width: cells }) => fitText(textOf(column, cells), cells, column.align, ellipsis)).join(' '.repeat(gap))}`;
  return [
    [{ text: line(({ title }) => title), as: 'heading' }],
    ...items.map((item): Span[] => [{ text: line((column, cells) => column.value(item, cells)) }]),
  ];
}
