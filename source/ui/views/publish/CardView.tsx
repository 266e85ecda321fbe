import { Box } from 'ink';
import type { LeftOut, PublishResult } from '../../../control/publishing.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import { canShowQr, QrCode, qrSize } from '../../components/QrCode.tsx';
import { type Span, spansWidth } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { wrapText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { contentSentence } from './content-words.ts';

interface CardViewProps {
  readonly result: PublishResult;
  readonly width: number;
  readonly height: number;
}

/** Beside a code there is less room for margins. */
const indents = { wide: '   ', narrow: ' ' } as const;
const narrowFrom = 50;
const keyWidth = 2;
const linkLabelWidth = 10;
const mostLeftOut = 5;
/** Between the text and the code. */
const codeGap = 1;
/** Links are not read in a column more narrow than this. */
const leastTextWidth = 40;

/**
 * The end of publishing: it is live, and these are the links to give to others. The page's code is
 * below them where there is room, since links want to be wide; else beside them, else nowhere.
 */
export function CardView({ result, width, height }: CardViewProps) {
  const { glyphs } = useTheme();
  const { pageUrl } = result.publication;
  const code = qrSize(pageUrl);
  const canShow = canShowQr(pageUrl, width, height, glyphs);
  const wide = cardLines(result, { width, height, hasCode: canShow, glyphs });
  if (canShow && wide.length + code.rows < height) {
    return (
      <Box flexDirection="column" width={width} height={height} overflow="hidden">
        <Lines lines={[...wide, null]} width={width} height={wide.length + 1} />
        <Box>
          <Lines lines={[]} width={indents.wide.length} height={code.rows} />
          <QrCode text={pageUrl} width={width - indents.wide.length} height={code.rows} />
        </Box>
      </Box>
    );
  }
  const besideCode = width - code.columns - codeGap;
  const narrow = cardLines(result, { width: besideCode, height, hasCode: true, glyphs });
  if (canShow && besideCode >= leastTextWidth && rowsOf(narrow) <= height) {
    return (
      <Box width={width} height={height} overflow="hidden">
        <Lines lines={narrow} width={width - code.columns} height={height} />
        <QrCode text={pageUrl} width={code.columns} height={height} />
      </Box>
    );
  }
  const plain = { width, height, hasCode: false, glyphs };
  const whole = cardLines(result, plain);
  const shown = rowsOf(whole) <= height ? whole : cardLines(result, { ...plain, cutsLinks: true });
  return <Lines lines={shown} width={width} height={height} />;
}

/** Without the blank ones, which are left out where there is no room. */
function rowsOf(lines: readonly (readonly Span[] | null)[]): number {
  return lines.filter((line) => line !== null).length;
}

interface CardOptions {
  width: number;
  height: number;
  hasCode: boolean;
  /** Each link has one line, however long it is. */
  cutsLinks?: boolean;
  glyphs: Glyphs;
}

function cardLines(
  { publication, existing, leftOut }: PublishResult,
  { width, height, hasCode, cutsLinks = false, glyphs }: CardOptions,
): (Span[] | null)[] {
  const title: Span = existing
    ? { text: ` ${glyphs.engine} Already published: `, as: 'warning' }
    : { text: ` ${glyphs.done} Live: `, as: 'good' };
  const about: Span = existing
    ? { text: 'The same content is this publication; nothing was added.' }
    : { text: contentSentence(publication), as: 'muted' };
  const link = (key: string, label: string, url: string) =>
    linkLines({ key, label, url }, cutsLinks ? Number.MAX_SAFE_INTEGER : width);
  const links = [
    link('y', 'Magnet', publication.magnet),
    link('t', '.torrent', publication.torrentUrl),
    link('u', 'Page', publication.pageUrl),
  ];
  const keys = wrapSpans(
    [
      { text: 'Its key copies a link;', as: 'muted' },
      { text: 'v', as: 'key' },
      { text: 'shows all as text,', as: 'muted' },
      { text: 'c', as: 'key' },
      { text: `as QR codes.${hasCode ? ' This one is the page.' : ''}`, as: 'muted' },
    ],
    width,
  );
  const others = [...links.flat(), ...keys];
  return [
    [title, { text: stripControls(publication.name), as: 'strong' }],
    null,
    ...wrapSpans([about], width),
    ...leftOutLines(leftOut, height - others.length - 2, glyphs),
    null,
    ...links.flatMap((lines) => [...lines, null]),
    ...keys,
  ];
}

/** Breaks a sentence of words that look differently into lines. */
function wrapSpans(spans: readonly Span[], width: number): Span[][] {
  const words = spans.flatMap(({ text, as }) =>
    text.split(' ').map((word): Span => ({ text: word, ...(as && { as }) })),
  );
  const indent = indentOf(width);
  const lines: Span[][] = [];
  let room = 0;
  for (const word of words) {
    const needed = spansWidth([word]) + 1;
    const line = lines.at(-1);
    if (line && needed <= room) {
      line.push({ text: ' ' }, word);
      room -= needed;
    } else {
      lines.push([{ text: indent }, word]);
      room = width - indent.length - needed;
    }
  }
  return lines;
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

/** A link in full, on as many lines as it takes, with the key that copies it. */
function linkLines(
  { key, label, url }: { key: string; label: string; url: string },
  width: number,
): Span[][] {
  const indent = indentOf(width);
  const room = width - indent.length - keyWidth - linkLabelWidth - 1;
  return wrapText(stripControls(url), room).map((text, index): Span[] => [
    { text: indent + (index === 0 ? key : '').padEnd(keyWidth), as: 'key' },
    { text: (index === 0 ? label : '').padEnd(linkLabelWidth), as: 'muted' },
    { text, as: 'accent' },
  ]);
}

function indentOf(width: number): string {
  return width < narrowFrom ? indents.narrow : indents.wide;
}
