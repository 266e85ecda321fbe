import stringWidthOfAnything from 'string-width';

/**
 * Characters that are one cell wide by themselves, and beside one another: ASCII, Latin letters, and
 * what the dashboard draws with (arrows, boxes, blocks, geometric shapes but the two that are emoji,
 * braille). None of them joins with another.
 */
const oneCellEach =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u25fc\u2713\u2800-\u28ff]*$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what begins a style.
const styles = /\u001b\[[\d;]*m/g;

/**
 * What `string-width` answers, sooner for the text that the dashboard is made of: Ink measures every
 * text several times a frame, which was a third of what a frame takes.
 */
export default function stringWidth(
  text: string,
  options?: Parameters<typeof stringWidthOfAnything>[1],
): number {
  if (options) return stringWidthOfAnything(text, options);
  const plain = text.includes('\u001b') ? text.replace(styles, '') : text;
  return oneCellEach.test(plain) ? plain.length : stringWidthOfAnything(text);
}
