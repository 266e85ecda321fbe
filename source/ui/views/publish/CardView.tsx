import type { PublishResult } from '../../../control/protocol.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import { Lines } from '../../components/Lines.tsx';
import type { Span } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';

interface CardViewProps {
  readonly result: PublishResult;
  readonly width: number;
  readonly height: number;
}

const linkLabelWidth = 10;

/** The end of publishing: it is live, and these are the links to give to others. */
export function CardView({ result, width, height }: CardViewProps) {
  const { glyphs } = useTheme();
  const { publication, existing } = result;
  const name = stripControls(publication.name);
  const title: Span[] = existing
    ? [
        { text: ` ${glyphs.engine} Already published: `, as: 'warning' },
        { text: name, as: 'strong' },
      ]
    : [
        { text: ` ${glyphs.done} Live: `, as: 'good' },
        { text: name, as: 'strong' },
      ];
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        title,
        null,
        existing
          ? [{ text: '   The same content is this publication; nothing was added.' }]
          : [{ text: `   ${contentSentence(publication)}`, as: 'muted' }],
        null,
        link('Magnet', 'y', publication.magnet),
        link('.torrent', 't', publication.torrentUrl),
        link('Page', 'u', publication.pageUrl),
        null,
        [
          { text: '   The key before a link copies it; ', as: 'muted' },
          { text: 'v', as: 'key' },
          { text: ' shows them as plain text.', as: 'muted' },
        ],
      ]}
    />
  );
}

function contentSentence({
  size,
  files,
  pieces,
  pieceLength,
}: PublishResult['publication']): string {
  return `${formatBytes(size)} in ${counted(files, 'file')}, ${counted(pieces, 'piece')} of ${formatBytes(pieceLength)}`;
}

function link(label: string, key: string, url: string): Span[] {
  return [
    { text: `   ${key} `, as: 'key' },
    { text: label.padEnd(linkLabelWidth), as: 'muted' },
    { text: stripControls(url), as: 'accent' },
  ];
}
