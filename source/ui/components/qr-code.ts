import { encode } from 'uqr';

/** Light modules around the code, by which readers find it. */
const quietModules = 2;

/** The upper module of a cell dark, the lower one, both, or none. */
const halves = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const;

/**
 * A QR code of a text, each line two rows of modules high: dark modules are drawn, light ones are
 * spaces. It is to be shown dark on light. No lines when the text is longer than codes can be.
 */
export function qrCodeLines(text: string): string[] {
  const data = modulesOf(text);
  const lines: string[] = [];
  for (let row = 0; row < data.length; row += 2) {
    const upper = data[row] ?? [];
    const lower = data[row + 1] ?? [];
    lines.push(upper.map((isDark, column) => half(isDark, lower[column] ?? false)).join(''));
  }
  return lines;
}

/** True for dark. Some 3000 bytes fit: a magnet link with dozens of trackers does not. */
function modulesOf(text: string): boolean[][] {
  try {
    return encode(text, { ecc: 'L', border: quietModules }).data;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function half(isUpperDark: boolean, isLowerDark: boolean): string {
  if (isUpperDark) return isLowerDark ? halves.both : halves.upper;
  return isLowerDark ? halves.lower : halves.none;
}
