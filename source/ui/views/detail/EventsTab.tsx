import { useMemo } from 'react';
import { Lines } from '../../components/Lines.tsx';
import { Table } from '../../components/Table.tsx';
import { useEngine } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { eventsOf } from '../../state/events.ts';
import { eventColumns, eventKey } from '../event-columns.ts';
import type { TabProps } from './tab.ts';
import { tableHeadRows } from './tab-rows.ts';

/** What happened to it, the newest first. */
export function EventsTab({ watched, view, width, height }: TabProps) {
  const { glyphs } = useTheme();
  const live = useEngine((state) => state.events);
  const columns = useMemo(() => eventColumns(glyphs), [glyphs]);
  const events = useMemo(() => eventsOf(watched, live), [watched, live]);
  if (events.length === 0) {
    const none = [null, [{ text: ' Nothing has happened to it yet.', as: 'muted' as const }]];
    return <Lines lines={none} width={width} height={height} />;
  }
  const lastTop = Math.max(0, events.length - (height - tableHeadRows));
  return (
    <Table
      data={events}
      columns={columns}
      rowKey={eventKey}
      width={width}
      height={height}
      cursor={null}
      top={Math.min(view.scroll, lastTop)}
    />
  );
}
