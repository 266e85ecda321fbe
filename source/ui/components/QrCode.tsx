import { useMemo } from 'react';
import { useTheme } from '../hooks/use-theme.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { Lines } from './Lines.tsx';
import { qrCodeLines } from './qr-code.ts';
import type { Span } from './spans.ts';

interface QrCodeProps {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

const margin = ' ';

/** A text as a QR code for a phone's camera, or why there is none. */
export function QrCode({ text, width, height }: QrCodeProps) {
  const { glyphs } = useTheme();
  const code = useMemo(() => qrCodeLines(text), [text]);
  const problem = qrProblem(code, width, height, glyphs);
  const lines: Span[][] = problem
    ? [[], [{ text: `${margin} ${problem}`, as: 'muted' }]]
    : code.map((line) => [{ text: margin }, { text: line, as: 'qr' }]);
  return <Lines lines={lines} width={width} height={height} />;
}

/** The cells that a text's QR code takes, with the margin on its left. */
export function qrSize(text: string): { columns: number; rows: number } {
  const code = qrCodeLines(text);
  return { columns: (code[0]?.length ?? 0) + margin.length, rows: code.length };
}

/** Whether there is room for the QR code of a text, and glyphs to draw it with. */
export function canShowQr(text: string, width: number, height: number, glyphs: Glyphs): boolean {
  return qrProblem(qrCodeLines(text), width, height, glyphs) === null;
}

function qrProblem(
  code: readonly string[],
  width: number,
  height: number,
  glyphs: Glyphs,
): string | null {
  if (!glyphs.hasHalfBlocks) return 'A QR code needs a UTF-8 terminal.';
  if (code.length === 0) return 'It is too long for a QR code.';
  const columns = (code[0]?.length ?? 0) + margin.length;
  if (columns <= width && code.length <= height) return null;
  return `The QR code needs ${columns}x${code.length} here, there is ${width}x${height}.`;
}
