import type { PublicationDetail, PublicationSummary } from '../../../control/publications.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import type { Span } from '../../components/spans.ts';
import type { WatchedPublication } from '../../state/engine-state.ts';
import type { Size } from '../../state/ui-state.ts';
import { wrapText } from '../../terminal/text-width.ts';
import { healthTokens, healthWords } from '../../theme/health.ts';

const labelWidth = 13;
const roomyRows = 18;

/** The lines of the overview: what the publication is, how it does, and its links. */
export function detailFacts(
  summary: PublicationSummary,
  watched: WatchedPublication | null,
  { columns: width, rows }: Size,
): Span[][] {
  const detail = watched?.id === summary.id ? watched.detail : null;
  const lines = [
    ...healthLines(summary, detail, width),
    [],
    ...wrappedWords('Sent', sentSentence(summary, detail), width),
    fact(
      'Swarm',
      `${counted(summary.seeds, 'other seed')}, ${counted(summary.leechers, 'leecher')}`,
    ),
    ...(detail?.uploadLimit ? [fact('Limit', `at most ${formatRate(detail.uploadLimit)}`)] : []),
    ...(detail ? contentLines(detail) : [fact('Size', formatBytes(summary.size))]),
    ...(summary.infoHash ? [fact('Info hash', summary.infoHash)] : []),
    ...(summary.infoHashV2 ? [fact('v2 hash', summary.infoHashV2)] : []),
    [],
    ...(detail ? linkLines(detail, width) : []),
  ];
  // the blank lines are for the eye, where there is room
  return rows >= roomyRows ? lines : lines.filter((line) => line.length > 0);
}

function fact(label: string, text: string, as: Span['as'] = 'text'): Span[] {
  return [
    { text: ` ${label.padEnd(labelWidth)}`, as: 'muted' },
    { text, as },
  ];
}

/** A sentence on as many lines as it takes. */
function wrappedWords(label: string, words: string, width: number): Span[][] {
  return wrapText(words, width - labelWidth - 2).map((line, index) =>
    fact(index === 0 ? label : '', line),
  );
}

function healthLines(
  summary: PublicationSummary,
  detail: PublicationDetail | null,
  width: number,
): Span[][] {
  const room = width - labelWidth - 2;
  const lines = [fact('Health', healthWords[summary.health], healthTokens[summary.health])];
  for (const { text, advice } of detail?.healthReasons ?? []) {
    for (const line of wrapText(stripControls(text), room)) lines.push(fact('', line));
    for (const line of wrapText(stripControls(advice ?? ''), room)) {
      lines.push(fact('', line, 'muted'));
    }
  }
  return lines;
}

function sentSentence(
  { uploaded, ratio, completed }: PublicationSummary,
  detail: PublicationDetail | null,
): string {
  const besides = detail?.uploadedProtocol
    ? `, and ${formatBytes(detail.uploadedProtocol)} of protocol`
    : '';
  return `${formatBytes(uploaded)}, ratio ${ratio.toFixed(2)}, ${counted(completed, 'completed download')}${besides}`;
}

function contentLines(detail: PublicationDetail): Span[][] {
  const { size, files, pieces, pieceLength, format } = detail;
  const privacy = detail.private ? ', private' : '';
  return [
    fact('Size', `${formatBytes(size)} in ${counted(files, 'file')}`),
    fact('Pieces', `${pieces} of ${formatBytes(pieceLength)}, ${format}${privacy}`),
    fact('Path', stripControls(detail.path)),
    ...(detail.comment ? [fact('Comment', stripControls(detail.comment))] : []),
  ];
}

function linkLines(
  { magnet, torrentUrl, pageUrl, webSeeds }: PublicationDetail,
  width: number,
): Span[][] {
  return [
    ...wrappedFact('Magnet', magnet, width),
    ...wrappedFact('.torrent', torrentUrl, width),
    ...wrappedFact('Page', pageUrl, width),
    ...webSeeds.flatMap((url, index) => wrappedFact(index === 0 ? 'Web seeds' : '', url, width)),
  ];
}

/** A link in full, on as many lines as it takes. */
function wrappedFact(label: string, url: string, width: number): Span[][] {
  return wrapText(stripControls(url), width - labelWidth - 2).map((text, index): Span[] => [
    ...fact(index === 0 ? label : '', ''),
    { text, as: 'accent', link: { url, id: label || 'web-seeds' } },
  ]);
}
