import { useMemo } from 'react';
import type { FileSummary } from '../../../control/publications.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes } from '../../../format/units.ts';
import type { Column } from '../../components/column.ts';
import { Lines } from '../../components/Lines.tsx';
import { Table } from '../../components/Table.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import { truncateStart } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import type { TabProps } from './tab.ts';
import { tableHeadRows } from './tab-rows.ts';

/** The files in the order of their pieces, and what is wrong with them. */
export function FilesTab({ watched: { files }, view, width, height }: TabProps) {
  const { glyphs } = useTheme();
  const columns = useMemo(() => fileColumns(glyphs), [glyphs]);
  if (!files) return <Lines lines={[]} width={width} height={height} />;
  const lastTop = Math.max(0, files.total - (height - tableHeadRows));
  return (
    <Table
      data={files.files}
      offset={files.offset}
      total={files.total}
      columns={columns}
      rowKey={fileKey}
      width={width}
      height={height}
      cursor={null}
      top={Math.min(view.scroll, lastTop)}
    />
  );
}

function fileKey({ path }: FileSummary): string {
  return path;
}

const faultWords = {
  missing: 'missing',
  changed: 'changed',
  replaced: 'replaced',
  unreadable: 'unreadable',
  wrong: 'wrong',
  unproven: 'unproven',
};

function fileColumns(glyphs: Glyphs): Column<FileSummary>[] {
  return [
    {
      key: 'path',
      title: 'File',
      align: 'left',
      minWidth: 12,
      grow: 1,
      priority: 0,
      value: ({ path }, width) => truncateStart(stripControls(path), width, glyphs.ellipsis),
    },
    {
      key: 'length',
      title: 'Size',
      align: 'right',
      minWidth: 8,
      grow: 0,
      priority: 1,
      value: ({ length }) => formatBytes(length),
      look: () => 'muted',
    },
    {
      key: 'state',
      title: 'Data',
      align: 'left',
      minWidth: 12,
      grow: 0,
      priority: 0,
      value: ({ fault }) =>
        fault ? `${glyphs.failed} ${faultWords[fault]}` : `${glyphs.done} in place`,
      look: ({ fault }) => (fault ? 'bad' : 'muted'),
    },
  ];
}
