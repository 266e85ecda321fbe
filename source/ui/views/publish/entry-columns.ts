import { join } from 'node:path';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes } from '../../../format/units.ts';
import type { Column } from '../../components/column.ts';
import type { FileEntry } from '../../files/list-directory.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

const entryLooks = { directory: 'accent', file: 'text', other: 'muted' } as const;

export function entryKey(entry: FileEntry): string {
  return entry.name;
}

/** The entries of a directory; `marked` are absolute paths. */
export function entryColumns(
  glyphs: Glyphs,
  directory: string,
  marked: ReadonlySet<string>,
): Column<FileEntry>[] {
  const isMarked = ({ name }: FileEntry) => marked.has(join(directory, name));
  const mark = (entry: FileEntry) => {
    if (marked.size === 0) return '';
    return `${isMarked(entry) ? glyphs.checked : glyphs.unchecked} `;
  };
  return [
    {
      key: 'name',
      title: 'Name',
      align: 'left',
      minWidth: 20,
      grow: 1,
      priority: 0,
      value: (entry) =>
        mark(entry) + stripControls(entry.name) + (entry.kind === 'directory' ? '/' : ''),
      look: (entry) => (isMarked(entry) ? 'warning' : entryLooks[entry.kind]),
    },
    {
      key: 'size',
      title: 'Size',
      align: 'right',
      minWidth: 10,
      grow: 0,
      priority: 1,
      value({ kind, size }) {
        if (kind === 'directory') return 'folder';
        return size === null ? glyphs.none : formatBytes(size);
      },
      look: () => 'muted',
    },
  ];
}
