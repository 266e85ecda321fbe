import { describe, expect, it } from 'vitest';
import { clipboardSequence } from '../../../source/ui/terminal/osc52.ts';

const bare = '\u001b]52;c;bWFnbmV0\u0007';

describe('the clipboard sequence', () => {
  it('is OSC 52 with the text in base64', () => {
    expect(clipboardSequence('magnet', { TERM: 'xterm-256color' })).toBe(bare);
    expect(clipboardSequence('日', {})).toBe('\u001b]52;c;5pel\u0007');
  });

  it('is sent bare and in the passthrough inside tmux', () => {
    const wrapped = '\u001bPtmux;\u001b\u001b]52;c;bWFnbmV0\u0007\u001b\\';
    expect(clipboardSequence('magnet', { TMUX: '/tmp/t,1,0', TERM: 'screen' })).toBe(
      bare + wrapped,
    );
    expect(clipboardSequence('magnet', { TERM: 'tmux-256color' })).toBe(bare + wrapped);
  });

  it('is wrapped for screen', () => {
    const wrapped = `\u001bP${bare}\u001b\\`;
    expect(clipboardSequence('magnet', { STY: '1.pts', TERM: 'screen' })).toBe(wrapped);
  });

  it('is sent both ways where TERM does not tell tmux from screen', () => {
    const wrapped = `\u001bP${bare}\u001b\\`;
    expect(clipboardSequence('magnet', { TERM: 'screen-256color' })).toBe(bare + wrapped);
  });

  it('is cut into pieces that screen does not cut', () => {
    const sequence = clipboardSequence('x'.repeat(2000), { STY: '1' });
    const pieces = sequence.split('\u001b\\').slice(0, -1);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece.length).toBeLessThan(768);
    const joined = pieces.map((piece) => piece.slice(2)).join('');
    expect(joined).toBe(clipboardSequence('x'.repeat(2000), {}));
  });
});
