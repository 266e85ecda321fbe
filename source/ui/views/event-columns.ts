import type { EngineEvent } from '../../control/engine.ts';
import { stripControls } from '../../format/terminal-text.ts';
import type { Column } from '../components/column.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Token } from '../theme/theme.ts';
import { formatMoment } from './age.ts';

/** How each level looks, in words and by a glyph. */
export const eventLevels: Record<
  EngineEvent['level'],
  { word: string; as: Token; glyph: 'idle' | 'warning' | 'failed' }
> = {
  info: { word: 'info', as: 'muted', glyph: 'idle' },
  warning: { word: 'warning', as: 'warning', glyph: 'warning' },
  error: { word: 'error', as: 'bad', glyph: 'failed' },
};

/** The columns of lists of events. */
export function eventColumns(glyphs: Glyphs): Column<EngineEvent>[] {
  return [
    {
      key: 'at',
      title: 'When',
      align: 'left',
      minWidth: 14,
      grow: 0,
      priority: 2,
      value: ({ at }) => formatMoment(at),
      look: () => 'muted',
    },
    {
      key: 'level',
      title: 'Level',
      align: 'left',
      minWidth: 9,
      grow: 0,
      priority: 1,
      value: ({ level }) => `${glyphs[eventLevels[level].glyph]} ${eventLevels[level].word}`,
      look: ({ level }) => eventLevels[level].as,
    },
    {
      key: 'text',
      title: 'What happened',
      align: 'left',
      minWidth: 16,
      wantedWidth: 30,
      grow: 1,
      priority: 0,
      value: ({ text }) => stripControls(text),
    },
    {
      key: 'asker',
      title: 'Who asked',
      align: 'left',
      minWidth: 12,
      grow: 0,
      priority: 3,
      value: ({ askedBy }) => (askedBy === null ? glyphs.none : stripControls(askedBy)),
      look: () => 'muted',
    },
  ];
}

export function eventKey({ id }: EngineEvent): number {
  return id;
}
