import { stripControls } from '../../../format/terminal-text.ts';
import { counted } from '../../components/counted.ts';
import { progressBar } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import type { EngineState } from '../../state/engine-state.ts';
import type { Size } from '../../state/ui-state.ts';
import { fitText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

const labelWidth = 14;
const mostSwarms = 100;
const barWidth = 12;
const countWidth = 8;

/** What the tracker does, and its largest swarms below. */
export function trackerPanelLines(
  { publications, status }: Pick<EngineState, 'publications' | 'status'>,
  { columns: width }: Size,
  glyphs: Glyphs,
): Span[][] {
  if (!status) return [];
  const all = [...publications.values()];
  const sum = (pick: (item: (typeof all)[number]) => number) =>
    all.reduce((total, item) => total + pick(item), 0);
  const swarms = all
    .filter(({ seeds, leechers }) => seeds + leechers > 0)
    .sort((a, b) => b.seeds + b.leechers - (a.seeds + a.leechers) || a.id - b.id);
  return [
    fact('Listens at', `HTTP ${status.http.port}, UDP ${status.udp.port}, as ${status.publicHost}`),
    fact('Tracks', `${counted(all.length, 'publication')}, ${swarms.length} of them with peers`),
    fact(
      'Peers',
      `${counted(
        sum(({ seeds }) => seeds),
        'seed',
      )}, ${counted(
        sum(({ leechers }) => leechers),
        'leecher',
      )}, the everseed not among them`,
    ),
    fact(
      'Completed',
      counted(
        sum(({ completed }) => completed),
        'download',
      ),
    ),
    [],
    ...swarmLines(swarms.slice(0, mostSwarms), width, glyphs),
  ];
}

function fact(label: string, text: string): Span[] {
  return [{ text: ` ${label.padEnd(labelWidth)}`, as: 'muted' }, { text }];
}

type Swarm =
  EngineState['publications'] extends ReadonlyMap<number, infer Summary> ? Summary : never;

function swarmLines(swarms: readonly Swarm[], width: number, glyphs: Glyphs): Span[][] {
  const [largest] = swarms;
  if (!largest) return [[{ text: ' No swarm has peers now.', as: 'muted' }]];
  const most = largest.seeds + largest.leechers;
  const nameWidth = Math.max(8, width - barWidth - 2 * countWidth - 4);
  const row = (name: string, seeds: string, leechers: string): string =>
    ` ${fitText(name, nameWidth, 'left', glyphs.ellipsis)}${seeds.padStart(countWidth)}${leechers.padStart(countWidth + 1)}  `;
  return [
    [{ text: row('Largest swarms', 'Seeds', 'Leechers'), as: 'heading' }],
    ...swarms.map(({ name, seeds, leechers }): Span[] => {
      const bar = progressBar((seeds + leechers) / most, barWidth - 1, glyphs);
      return [
        { text: row(stripControls(name), String(seeds), String(leechers)) },
        { text: bar.full, as: 'good' },
      ];
    }),
  ];
}
