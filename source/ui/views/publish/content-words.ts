import type { PublishPreview, PublishResult } from '../../../control/publishing.ts';
import { formatBytes } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';

/** How much is about to be published. */
export function sizeSentence(previews: readonly PublishPreview[]): string {
  const sum = (pick: (preview: PublishPreview) => number) =>
    previews.reduce((total, preview) => total + pick(preview), 0);
  return `${formatBytes(sum(({ size }) => size))} in ${counted(
    sum(({ files }) => files),
    'file',
  )}`;
}

/** How it is cut. */
export function piecesSentence({ pieces, pieceLength, format }: PublishPreview): string {
  return `${pieces} of ${formatBytes(pieceLength)}, ${format}`;
}

/** What was published. */
export function contentSentence({
  size,
  files,
  pieces,
  pieceLength,
}: PublishResult['publication']): string {
  return `${formatBytes(size)} in ${counted(files, 'file')}, ${counted(pieces, 'piece')} of ${formatBytes(pieceLength)}`;
}
