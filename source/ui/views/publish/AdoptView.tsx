import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import { fieldSpans, type Span } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import type { TextState } from '../../state/text-state.ts';
import { truncateStart, wrapText } from '../../terminal/text-width.ts';
import { formLabelWidth, labelled } from './form-rows.ts';

interface AdoptViewProps {
  readonly torrent: string;
  readonly data: TextState;
  readonly width: number;
  readonly height: number;
}

const indent = 3;
const explanation =
  'What the torrent is of, or the folder that holds it. It is compared with the torrent first, and seeded only if it is whole.';

/** Content that has a torrent already: where is it? */
export function AdoptView({ torrent, data, width, height }: AdoptViewProps) {
  const { glyphs } = useTheme();
  const room = width - formLabelWidth - indent - 1;
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [{ text: ' Adopt', as: 'strong' }],
        labelled('Torrent', [
          { text: truncateStart(stripControls(torrent), room, glyphs.ellipsis) },
        ]),
        null,
        [
          { text: `${glyphs.cursor}  ${'Data'.padEnd(formLabelWidth)}`, as: 'key' },
          ...fieldSpans(data, room),
        ],
        null,
        ...wrapText(explanation, width - indent - 1).map((line): Span[] => [
          { text: ' '.repeat(indent) + line, as: 'muted' },
        ]),
      ]}
    />
  );
}
