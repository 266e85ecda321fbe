import { Box } from 'ink';
import { useMemo } from 'react';
import { stripControls } from '../../../format/terminal-text.ts';
import { Line } from '../../components/Line.tsx';
import { Lines } from '../../components/Lines.tsx';
import { fieldSpans, type Span } from '../../components/spans.ts';
import { Table } from '../../components/Table.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import {
  type BrowserState,
  locateEntry,
  pathSuggestions,
  visibleEntries,
} from '../../state/browser-state.ts';
import { truncateStart } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { entryColumns, entryKey } from './entry-columns.ts';

interface BrowserViewProps {
  readonly browser: BrowserState;
  readonly width: number;
  readonly height: number;
}

const titles = { publish: ' Publish ', adopt: ' Adopt ' };
const titleRows = 2;
const filterWidth = 24;

/** Chooses what to publish: a directory's entries, narrowed by typing, or a typed path. */
export function BrowserView({ browser, width, height }: BrowserViewProps) {
  const { glyphs } = useTheme();
  const title = titles[browser.purpose];
  const room = width - title.length - 1;
  const where: Span[] = browser.path
    ? fieldSpans(browser.path, room)
    : [
        {
          text: truncateStart(stripControls(browser.directory), room, glyphs.ellipsis),
          as: 'accent',
        },
      ];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line width={width} spans={[{ text: title, as: 'strong' }, ...where]} />
      <Line width={width} spans={secondLine(browser)} />
      <Entries browser={browser} width={width} height={height - titleRows} />
    </Box>
  );
}

function secondLine({ path, filter, marked, purpose }: BrowserState): Span[] {
  if (path) return [{ text: ' Tab completes; Enter publishes this path.', as: 'muted' }];
  const chosen: Span[] =
    marked.size === 0 ? [] : [{ text: ` ${marked.size} chosen.`, as: 'warning' }];
  if (filter.value === '') {
    const what = purpose === 'adopt' ? ' Choose a .torrent.' : '';
    return [...chosen, { text: `${what} Type to narrow down.`, as: 'muted' }];
  }
  return [...chosen, { text: ' Only: ', as: 'muted' }, ...fieldSpans(filter, filterWidth)];
}

function Entries({ browser, width, height }: BrowserViewProps) {
  const { glyphs } = useTheme();
  const { directory, marked } = browser;
  const columns = useMemo(
    () => entryColumns(glyphs, directory, marked),
    [glyphs, directory, marked],
  );
  const entries = browser.path ? pathSuggestions(browser) : visibleEntries(browser);
  if (entries.length === 0) {
    return <Lines lines={[emptyLine(browser, glyphs)]} width={width} height={height} />;
  }
  return (
    <Table
      data={entries}
      columns={columns}
      rowKey={entryKey}
      cursor={browser.path ? null : locateEntry(entries, browser.cursor)}
      width={width}
      height={height}
    />
  );
}

function emptyLine(browser: BrowserState, glyphs: Glyphs): Span[] {
  const { entries, error, filter, showHidden, path } = browser;
  if (path) return [{ text: ' Nothing here begins so.', as: 'muted' }];
  if (error) return [{ text: ` ${glyphs.failed} ${stripControls(error)}`, as: 'bad' }];
  if (entries === null) return [{ text: ` Reading${glyphs.ellipsis}`, as: 'muted' }];
  if (filter.value !== '') return [{ text: ' Nothing here matches.', as: 'muted' }];
  if (entries.length > 0 && !showHidden) {
    return [{ text: ' Only hidden files are here; . shows them.', as: 'muted' }];
  }
  return [{ text: ' This folder is empty.', as: 'muted' }];
}
