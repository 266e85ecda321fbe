import { Box } from 'ink';
import { useMemo } from 'react';
import type { PublicationSummary } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { JobLine } from '../components/JobLine.tsx';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import type { Span } from '../components/spans.ts';
import { Table } from '../components/Table.tsx';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { LinkState } from '../state/engine-state.ts';
import { locateCursor, markedIds } from '../state/visible-publications.ts';
import { wrapText } from '../terminal/text-width.ts';
import { nameWidth, publicationColumns } from './publication-columns.ts';

interface ViewProps {
  readonly width: number;
  readonly height: number;
}

const mostJobLines = 3;
const fewestTableRows = 3;

/** Home: what is published, and the publish jobs under way above it. */
export function ListView({ width, height }: ViewProps) {
  const jobs = useEngine((state) => state.jobs);
  const room = Math.max(0, Math.min(mostJobLines, height - fewestTableRows));
  const shown = jobs.length <= room ? jobs : jobs.slice(0, Math.max(0, room - 1));
  const hidden = jobs.length - shown.length;
  const jobLines = Math.min(room, jobs.length);
  return (
    <Box flexDirection="column" width={width} height={height}>
      {shown.map((job) => (
        <JobLine key={job.job} job={job} width={width} />
      ))}
      {hidden > 0 && room > 0 && (
        <Line
          width={width}
          spans={[{ text: ` and ${hidden} more being published`, as: 'muted' }]}
        />
      )}
      <Publications width={width} height={height - jobLines} />
    </Box>
  );
}

function Publications({ width, height }: ViewProps) {
  const { glyphs } = useTheme();
  const { commandContext } = useDashboard();
  const list = useUi((state) => state.list);
  const pending = useUi((state) => state.pending);
  const publications = useEngine((state) => state.publications);
  const link = useEngine((state) => state.link);
  const activity = useEngine((state) => state.activity.byId);
  const widest = useMemo(() => nameWidth(publications.values()), [publications]);
  const columns = useMemo(
    () => publicationColumns({ glyphs, pending, activity, nameWidth: widest }),
    [glyphs, pending, activity, widest],
  );
  const { visible } = commandContext();
  const marked = useMemo(
    () => markedIds(list, publications, visible),
    [list, publications, visible],
  );
  if (publications.size === 0) {
    return <Lines lines={emptyLines(link, width)} width={width} height={height} />;
  }
  if (visible.length === 0) {
    return <Lines lines={noMatchLines(list.filter.value)} width={width} height={height} />;
  }
  return (
    <Table<PublicationSummary>
      data={visible}
      columns={columns}
      rowKey={publicationKey}
      cursor={locateCursor(visible, list.cursor)}
      marked={marked}
      width={width}
      height={height}
    />
  );
}

function publicationKey(publication: PublicationSummary): number {
  return publication.id;
}

function emptyLines(link: LinkState, width: number): (Span[] | null)[] {
  if (link.phase === 'connecting') {
    return [null, [{ text: '  Starting the engine, or finding the one that runs.', as: 'muted' }]];
  }
  if (link.phase === 'lost') {
    return [
      null,
      [{ text: '  There is no engine to show anything of.', as: 'strong' }],
      null,
      // the banner has room for its beginning only, and what to do comes at its end
      ...wrapText(stripControls(link.reason), width - 4).map((text) => [{ text: `  ${text}` }]),
      null,
      [
        { text: '  r', as: 'key' },
        { text: ' tries again now, ' },
        { text: 'q', as: 'key' },
        { text: ' leaves.' },
      ],
    ];
  }
  return [
    null,
    [{ text: '  Nothing is published yet.', as: 'strong' }],
    null,
    [{ text: '  Press ' }, { text: 'p', as: 'key' }, { text: ' to publish a file or a folder.' }],
    null,
    [{ text: '  It is hashed, tracked and seeded from', as: 'muted' }],
    [{ text: '  here; you get a link to give to others.', as: 'muted' }],
  ];
}

function noMatchLines(filter: string): (Span[] | null)[] {
  return [
    null,
    [
      { text: '  Nothing matches ' },
      { text: stripControls(filter), as: 'accent' },
      { text: '. ' },
      { text: 'Esc', as: 'key' },
      { text: ' shows all.' },
    ],
  ];
}
