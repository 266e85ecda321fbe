import { useMemo } from 'react';
import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import type { Span } from '../../components/spans.ts';
import { useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { loggedEvents } from '../../state/panel-state.ts';
import { locateCursor } from '../../state/visible-publications.ts';
import { wrapText } from '../../terminal/text-width.ts';
import { formatMoment } from '../age.ts';
import { eventColumns, eventKey, eventLevels } from '../event-columns.ts';
import { ListWithDetails } from './ListWithDetails.tsx';

interface PanelProps {
  readonly width: number;
  readonly height: number;
}

/** What happened, when, and who asked for it, the newest first. */
export function LogPanel({ width, height }: PanelProps) {
  const { glyphs } = useTheme();
  const known = useEngine((state) => state.events);
  const { log: cursor, isErrorsOnly } = useUi((state) => state.panels);
  const columns = useMemo(() => eventColumns(glyphs), [glyphs]);
  const events = useMemo(() => loggedEvents(known, isErrorsOnly), [known, isErrorsOnly]);
  if (events.length === 0) {
    const none: Span[] = [{ text: isErrorsOnly ? '  No errors.' : '  Nothing has happened yet.' }];
    return <Lines lines={[null, none]} width={width} height={height} />;
  }
  const index = locateCursor(events, cursor);
  const event = events[index];
  const details: Span[][] = event
    ? [
        [
          { text: ` ${formatMoment(event.at)}  `, as: 'muted' },
          { text: eventLevels[event.level].word, as: eventLevels[event.level].as },
          {
            text:
              event.askedBy === null ? '' : `  asked for by the ${stripControls(event.askedBy)}`,
            as: 'muted',
          },
        ],
        ...wrapText(stripControls(event.text), width - 2).map((text): Span[] => [
          { text: ` ${text}` },
        ]),
      ]
    : [];
  return (
    <ListWithDetails
      data={events}
      columns={columns}
      rowKey={eventKey}
      cursor={index}
      details={details}
      width={width}
      height={height}
    />
  );
}
