import { describe, expect, it } from 'vitest';
import { canShowQr } from '../../../source/ui/components/QrCode.tsx';
import { qrCodeLines } from '../../../source/ui/components/qr-code.ts';
import { unicodeGlyphs } from '../../../source/ui/theme/glyphs.ts';

/** The modules of a code again, true for dark. */
function modulesOf(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => [
    [...line].map((cell) => cell === '█' || cell === '▀'),
    [...line].map((cell) => cell === '█' || cell === '▄'),
  ]);
}

const finder = ['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######'];

describe('a QR code', () => {
  const lines = qrCodeLines(`http://192.0.2.2:6969/t/${'ab'.repeat(20)}`);
  const modules = modulesOf(lines);

  it('has its three corners, with a light margin around', () => {
    // version 4 has 33 modules a side
    expect(modules[0]).toHaveLength(33 + 4);
    expect(lines).toHaveLength(Math.ceil((33 + 4) / 2));
    const corner = (top: number, left: number) =>
      modules.slice(top, top + 7).map((row) =>
        row
          .slice(left, left + 7)
          .map((isDark) => (isDark ? '#' : '.'))
          .join(''),
      );
    expect(corner(2, 2)).toEqual(finder);
    expect(corner(2, 2 + 33 - 7)).toEqual(finder);
    expect(corner(2 + 33 - 7, 2)).toEqual(finder);
    for (const row of modules) expect([row[0], row[1], row.at(-1)]).toEqual([false, false, false]);
    expect(modules[0]).not.toContain(true);
  });

  it('is none of a text that is too long for any', () => {
    expect(qrCodeLines('é'.repeat(1476))).not.toEqual([]);
    expect(qrCodeLines('é'.repeat(1477))).toEqual([]);
    expect(canShowQr('x'.repeat(5000), 1000, 1000, unicodeGlyphs)).toBe(false);
  });

  it('is of the text', () => {
    expect(qrCodeLines('magnet:?xt=urn:btih:1')).not.toEqual(qrCodeLines('magnet:?xt=urn:btih:2'));
  });
});
