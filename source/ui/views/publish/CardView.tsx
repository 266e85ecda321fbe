import { Box } from 'ink';
import type { LeftOut, PublishResult } from '../../../control/publishing.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import { canShowQr, QrCode } from '../../components/QrCode.tsx';
import type { Span } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { contentSentence } from './content-words.ts';

interface CardViewProps {
  readonly result: PublishResult;
  readonly width: number;
  readonly height: number;
}

const linkLabelWidth = 10;
/** What the links need beside the code to be worth reading. */
const textWidth = 60;
const mostLeftOut = 5;
/** All but what was left out. */
const otherRows = 6;

/** The end of publishing: it is live, and these are the links to give to others. */
export function CardView({ result, width, height }: CardViewProps) {
  const { glyphs } = useTheme();
  const { publication, existing, leftOut } = result;
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
  const besideText = width - textWidth;
  const hasCode = canShowQr(publication.pageUrl, besideText, height, glyphs);
  const text = (
    <Lines
      width={hasCode ? textWidth : width}
      height={height}
      lines={[
        title,
        null,
        existing
          ? [{ text: '   The same content is this publication; nothing was added.' }]
          : [{ text: `   ${contentSentence(publication)}`, as: 'muted' }],
        ...leftOutLines(leftOut, height - otherRows, glyphs),
        null,
        link('Magnet', 'y', publication.magnet),
        link('.torrent', 't', publication.torrentUrl),
        link('Page', 'u', publication.pageUrl),
        null,
        [
          { text: '   The key before a link copies it; ', as: 'muted' },
          { text: 'v', as: 'key' },
          { text: ' shows them as text, ', as: 'muted' },
          { text: 'c', as: 'key' },
          { text: ' as QR codes.', as: 'muted' },
        ],
        ...(hasCode ? [null, [{ text: '   The QR code is the page.', as: 'muted' } as Span]] : []),
      ]}
    />
  );
  if (!hasCode) return text;
  return (
    <Box width={width} height={height} overflow="hidden">
      {text}
      <QrCode text={publication.pageUrl} width={besideText} height={height} />
    </Box>
  );
}

/** What is at the path, but not published: as many as there is room for, the others by number. */
function leftOutLines(leftOut: readonly LeftOut[], room: number, glyphs: Glyphs): Span[][] {
  const rows = Math.max(1, Math.min(mostLeftOut, room));
  const shown = leftOut.length <= rows ? leftOut : leftOut.slice(0, rows - 1);
  const lines = shown.map(({ path, reason }) => `${stripControls(path)} (${reason})`);
  const others = leftOut.length - shown.length;
  if (others > 0) lines.push(shown.length === 0 ? `${others} files` : `${others} more`);
  return lines.map((line) => [{ text: `   ${glyphs.warning} Left out: ${line}`, as: 'warning' }]);
}

function link(label: string, key: string, url: string): Span[] {
  return [
    { text: `   ${key} `, as: 'key' },
    { text: label.padEnd(linkLabelWidth), as: 'muted' },
    { text: stripControls(url), as: 'accent' },
  ];
}
