import { expect, it } from 'vitest';
import { hyperlink } from '../../../source/ui/terminal/hyperlink.ts';

it('wraps its text, and lets no URL end it early', () => {
  expect(hyperlink('here', { url: 'http://a/b', id: 'Page' })).toBe(
    '\u001b]8;id=Page;http://a/b\u0007here\u001b]8;;\u0007',
  );
  expect(hyperlink('x', { url: 'http://a/\u0007\u001b[2J b', id: '1' })).toBe(
    '\u001b]8;id=1;http://a/[2Jb\u0007x\u001b]8;;\u0007',
  );
});
