import type { EngineStatus } from '../../control/engine.ts';
import { formatRate } from '../../format/units.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { LinkState } from '../state/engine-state.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { counted } from './counted.ts';
import { keepByPriority } from './keep-by-priority.ts';
import { Line } from './Line.tsx';
import { reachOf } from './reachability.ts';
import { type Span, spansWidth } from './spans.ts';
import { sparkline } from './sparkline.ts';

interface HeaderProps {
  readonly width: number;
}

/** Something the header says: whole, or not at all. */
interface Fact {
  spans: Span[];
  /** When the room is short the highest goes first. */
  priority: number;
  /** It goes on with what the fact before says. */
  continues?: boolean;
}

/** The first line: the engine, what it serves in all, and where it listens. */
export function Header({ width }: HeaderProps) {
  const link = useEngine((state) => state.link);
  const status = useEngine((state) => state.status);
  const activity = useEngine((state) => state.activity.total);
  const { glyphs } = useTheme();
  const isLost = link.phase === 'lost';
  const brand: Span = { text: ' everseed  ', as: 'brand' };
  const separator: Span = { text: ` ${glyphs.separator} `, as: 'muted' };
  const told = status
    ? statusFacts(status, activity, glyphs).map(({ spans, continues, ...fact }): Fact => {
        // What was true when the engine was last heard of.
        const shown = isLost ? spans.map(({ text }): Span => ({ text, as: 'muted' })) : spans;
        return { ...fact, spans: [continues ? { text: ' ' } : separator, ...shown] };
      })
    : [];
  const facts = [...linkFacts(link, glyphs), ...told].map((fact) => ({
    ...fact,
    width: spansWidth(fact.spans),
  }));
  // a cell is left free, as on the left
  const kept = keepByPriority(facts, 0, width - brand.text.length - 1);
  return <Line width={width} spans={[brand, ...kept.flatMap(({ spans }) => spans)]} />;
}

function linkFacts(link: LinkState, glyphs: Glyphs): Fact[] {
  switch (link.phase) {
    case 'connecting':
      return [{ spans: [{ text: `connecting${glyphs.ellipsis}`, as: 'muted' }], priority: 0 }];
    case 'lost':
      return [{ spans: [{ text: `${glyphs.failed} no engine`, as: 'bad' }], priority: 0 }];
    case 'online':
      return link.sameProtocol
        ? [
            { spans: [{ text: glyphs.engine, as: 'good' }, { text: ' engine' }], priority: 0 },
            { spans: [{ text: ` ${link.version}` }], priority: 6 },
          ]
        : [
            {
              spans: [
                { text: `${glyphs.warning} engine ${link.version} (other version)`, as: 'warning' },
              ],
              priority: 0,
            },
          ];
  }
}

const sparkWidth = 6;

function statusFacts(status: EngineStatus, activity: readonly number[], glyphs: Glyphs): Fact[] {
  const { publications, peers, uploadRate, publicHost, http, peer, limit } = status;
  const { short, as } = reachOf(status);
  const isWrong = as === 'bad' || as === 'warning';
  // what was nothing at its beginning would be a hole in the line
  const spark = sparkline(activity, sparkWidth, glyphs).trimStart();
  return [
    { spans: [{ text: `${glyphs.up} ${formatRate(uploadRate)}`, as: 'accent' }], priority: 1 },
    ...(limit?.now == null
      ? []
      : [
          {
            spans: [{ text: `of ${formatRate(limit.now)}`, as: 'muted' as const }],
            priority: 5,
            continues: true,
          },
        ]),
    ...(spark === ''
      ? []
      : [
          {
            spans: [{ text: spark, as: 'accent' as const }],
            priority: 4,
            continues: true,
          },
        ]),
    { spans: [{ text: counted(peers, 'peer') }], priority: 2 },
    {
      spans: [{ text: `${isWrong ? `${glyphs.warning} ` : ''}:${peer.port} ${short}`, as }],
      priority: 3,
    },
    { spans: [{ text: counted(publications, 'publication') }], priority: 7 },
    { spans: [{ text: `${publicHost}:${http.port}`, as: 'muted' }], priority: 8 },
  ];
}
