import type { EngineStatus } from '../../control/engine.ts';
import { formatRate } from '../../format/units.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { LinkState } from '../state/engine-state.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { counted } from './counted.ts';
import { keepByPriority } from './keep-by-priority.ts';
import { Line } from './Line.tsx';
import { type Span, spansWidth } from './spans.ts';
import { sparkline } from './sparkline.ts';

interface HeaderProps {
  readonly width: number;
}

/** The first line: the engine, what it serves in all, and where it listens. */
export function Header({ width }: HeaderProps) {
  const link = useEngine((state) => state.link);
  const status = useEngine((state) => state.status);
  const activity = useEngine((state) => state.activity.total);
  const { glyphs } = useTheme();
  const separator = ` ${glyphs.separator} `;
  const brand: Span = { text: ' everseed  ', as: 'brand' };
  const facts = [
    { spans: linkSpans(link, glyphs), priority: 0 },
    ...(status ? statusFacts(status, activity, glyphs) : []),
  ].map((fact) => ({ ...fact, width: spansWidth(fact.spans) }));
  // What was true when the engine was last heard of.
  const dimmed = (spans: readonly Span[]) =>
    link.phase === 'lost' ? spans.map(({ text }): Span => ({ text, as: 'muted' })) : spans;
  const kept = keepByPriority(facts, separator.length, width - brand.text.length);
  return (
    <Line
      width={width}
      spans={[
        brand,
        ...kept.flatMap(({ spans }, position) =>
          position === 0 ? spans : [{ text: separator, as: 'muted' as const }, ...dimmed(spans)],
        ),
      ]}
    />
  );
}

function linkSpans(link: LinkState, glyphs: Glyphs): Span[] {
  switch (link.phase) {
    case 'connecting':
      return [{ text: `connecting${glyphs.ellipsis}`, as: 'muted' }];
    case 'lost':
      return [{ text: `${glyphs.failed} no engine`, as: 'bad' }];
    case 'online':
      return link.sameProtocol
        ? [{ text: glyphs.engine, as: 'good' }, { text: ` engine ${link.version}` }]
        : [{ text: `${glyphs.warning} engine ${link.version} (other version)`, as: 'warning' }];
  }
}

const sparkWidth = 6;

function statusFacts(
  status: EngineStatus,
  activity: readonly number[],
  glyphs: Glyphs,
): { spans: Span[]; priority: number }[] {
  const { publications, peers, uploadRate, publicHost, http, peer, peerPortListening } = status;
  const most = status.limit?.now == null ? '' : ` of ${formatRate(status.limit.now)}`;
  return [
    {
      spans: [
        { text: `${glyphs.up} ${formatRate(uploadRate)}`, as: 'accent' },
        { text: most, as: 'muted' },
      ],
      priority: 1,
    },
    ...(activity.slice(-sparkWidth).some((rate) => rate > 0)
      ? [
          {
            spans: [{ text: sparkline(activity, sparkWidth, glyphs), as: 'accent' as const }],
            priority: 5,
          },
        ]
      : []),
    { spans: [{ text: counted(peers, 'peer') }], priority: 2 },
    {
      spans: peerPortListening
        ? [{ text: `:${peer.port} listens` }]
        : [{ text: `${glyphs.warning} :${peer.port} closed`, as: 'bad' }],
      priority: 3,
    },
    { spans: [{ text: counted(publications, 'publication') }], priority: 6 },
    { spans: [{ text: `${publicHost}:${http.port}`, as: 'muted' }], priority: 7 },
  ];
}
